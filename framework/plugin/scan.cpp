// SPDX-License-Identifier: MIT
#include "plugin/scan.hpp"

#include "core/json_text.hpp"
#include "core/output.hpp"
#include "core/process_end.hpp"
#include "core/variable.hpp"
#include "plugin/child_process.hpp"
#include "plugin/library.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace glia::plugin {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

/// "" if there is none.
std::string scanning_program() {
  if (const std::string named = value_of(variables::program); !named.empty()) return named;
  std::error_code error;
  const auto self = fs::read_symlink("/proc/self/exe", error);
  if (self.filename() == "glia") return "/proc/self/exe";  // also when it was replaced meanwhile
  const auto beside = self.parent_path() / "glia";
  return fs::exists(beside, error) ? beside.string() : "";
}

/// For the program's own start, which is no file's fault: a busy machine may take its time.
constexpr std::chrono::seconds start_limit{900};

std::chrono::milliseconds time_limit() {
  double seconds = 30;
  if (const std::string text = value_of(variables::scan_seconds); !text.empty()) {
    const double given = std::strtod(text.c_str(), nullptr);
    if (given > 0 && given < 1e6) seconds = given;
  }
  return std::chrono::milliseconds(static_cast<long>(seconds * 1000));
}

std::string seconds_text(std::chrono::milliseconds limit) {
  std::string text = std::to_string(static_cast<double>(limit.count()) / 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + " seconds";
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.find_last_of('\n') + 1).substr(0, 200);
}

/// How the child came to its end, as the end of a sentence.
std::string ending_text(const Ending& ending, std::chrono::milliseconds limit) {
  std::string text;
  if (ending.kind == Ending::Kind::not_started) return std::strerror(ending.value);
  if (ending.kind == Ending::Kind::timed_out) {
    text = "stopped after " + seconds_text(limit);
  } else if (ending.kind == Ending::Kind::killed) {
    const char* name = ::sigabbrev_np(ending.value);
    text = fmt::format("{} ({})", name ? std::string("SIG") + name : std::to_string(ending.value),
                       ::strsignal(ending.value));
  } else {
    text = "exit code " + std::to_string(ending.value);
  }
  const auto said = last_line(ending.errors);
  return said.empty() ? text : fmt::format("{}; {}", text, said);
}

Verdict crash(const Ending& ending, std::chrono::milliseconds limit) {
  std::string reason = "crashes while it is loaded: ";
  if (ending.kind == Ending::Kind::timed_out) reason = "hangs while it is loaded: ";
  if (ending.kind == Ending::Kind::exited) reason = "ends the program while it is loaded: ";
  return {Verdict::Kind::crashes, reason + ending_text(ending, limit),
          "look at the library's static initialisers"};
}

/// Follows the child's lines: which file it is at, and what it found.
struct Progress {
  Verdicts& verdicts;
  std::string current;

  void line(const std::string& text) {
    const auto message = perhaps_json(text);
    if (!message.is_object()) return;
    if (message.contains("begin")) current = message["begin"].get<std::string>();
    if (!message.contains("end")) return;
    Verdict verdict;
    if (message.contains("error")) {
      verdict = {Verdict::Kind::refused, message["error"].get<std::string>(),
                 message.value("hint", "")};
    }
    verdicts[message["end"].get<std::string>()] = std::move(verdict);
    current.clear();
  }
};

}  // namespace

Verdicts scan(const std::vector<fs::path>& files) {
  Verdicts verdicts;
  const std::string program = scanning_program();
  const auto limit = time_limit();
  std::vector<fs::path> left = files;
  const auto give_up = [&](const std::string& reason) {
    for (const auto& file : left) verdicts[file] = {Verdict::Kind::unscanned, reason, ""};
    left.clear();
  };
  if (program.empty()) {
    give_up(
        "cannot be tried out: there is no program 'glia' beside this one, and $GLIA_PROGRAM "
        "names none");
  }
  while (!left.empty()) {
    std::vector<std::string> arguments{"plugin", "scan"};
    for (const auto& file : left) arguments.push_back(file.string());
    Progress progress{verdicts, ""};
    const Ending ending = run_child(program, arguments, start_limit, limit,
                                    [&](const auto& text) { progress.line(text); });
    const bool named = !progress.current.empty();
    if (named) verdicts[progress.current] = crash(ending, limit);
    const auto before = left.size();
    std::erase_if(left, [&](const auto& file) { return verdicts.count(file) != 0; });
    if (left.size() == before) {  // no step forward: it is not the files' fault
      give_up(fmt::format("cannot be tried out: {} plugin scan: {}", program,
                          ending_text(ending, start_limit)));
    }
  }
  return verdicts;
}

void scan_child(const std::vector<std::string>& files) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a hanging library must not outlive the program
  unguard_exit();
  unguard_crashes();  // our parent tells of the signal, with what the library said last
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  // What a library prints while it is loaded must not get between our lines.
  const int out = ::fcntl(output_descriptor(), F_DUPFD_CLOEXEC, 10);
  ::dup2(2, 1);
  const auto say = [&](const json& message) {
    const std::string line = json_text(message) + '\n';
    if (::write(out, line.data(), line.size()) < 0) ::_exit(1);
  };
  for (const auto& file : files) {
    say({{"begin", file}});
    try {
      check_before_loading(file);
      open_library(file);
      say({{"end", file}});
    } catch (const Error& e) {
      say({{"end", file}, {"error", e.message()}, {"hint", e.hint()}});
    }
  }
  ::_exit(0);
}

}  // namespace glia::plugin
