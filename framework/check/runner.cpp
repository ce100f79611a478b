// SPDX-License-Identifier: MIT
#include "check/runner.hpp"

#include "check/report.hpp"
#include "config/fields.hpp"
#include "core/diagnostics.hpp"
#include "core/json_text.hpp"
#include "core/process.hpp"
#include "core/process_end.hpp"
#include "core/shell_words.hpp"
#include "core/thrown.hpp"
#include "plugin/child_process.hpp"
#include "plugin/example.hpp"
#include "plugin/library.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstring>
#include <optional>

namespace glia::check {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

using Clock = std::chrono::steady_clock;

const Check& find_check(const std::string& id) {
  for (const auto& check : all_checks()) {
    if (id == check.id) return check;
  }
  std::vector<std::string> known;
  for (const auto& check : all_checks()) known.emplace_back(check.id);
  throw Error(ErrorCode::usage, fmt::format("there is no check '{}'", id), did_you_mean(id, known));
}

bool names(const std::string& word, const Check& check) {
  return word == check.id || word == check.group();
}

/// Every word is a check or a group.
void require_known(const Options& options) {
  std::vector<std::string> words = options.only;
  for (const auto& [word, reason] : options.skip) words.push_back(word);
  std::vector<std::string> known;
  for (const auto& check : all_checks()) {
    known.emplace_back(check.id);
    known.push_back(check.group());
  }
  for (const auto& word : words) {
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    const auto guess = did_you_mean(word, known);
    throw Error(ErrorCode::usage,
                fmt::format("there is no check and no group of checks '{}'", word),
                guess.empty() ? "'glia plugin check --list' shows all" : guess);
  }
}

/// Runs the function of a check and turns what it throws into a status.
std::pair<Status, std::string> judge(const Check& check, const Subject& subject) {
  try {
    check.run(subject);
    return {Status::passed, ""};
  } catch (const Failure& f) {
    return {Status::failed, f.detail};
  } catch (const Skip& s) {
    return {Status::skipped, s.reason};
  } catch (const Unseen& u) {
    return {Status::unseen, u.reason};
  } catch (const Error& e) {
    return {Status::failed, std::string("the plugin threw an Error: ") + e.what()};
  } catch (...) {
    return {Status::failed,
            "the plugin threw an exception: " + thrown(std::current_exception()).message()};
  }
}

const Descriptor* pick(const std::vector<Descriptor>& all, const std::string& subject) {
  for (const auto& d : all) {
    if (plugin::subject_name(d) == subject) return &d;
  }
  return nullptr;
}

/// Lets the plugin's parameter have another default, as NAME=VALUE says; false if it has none of
/// that name. Error (usage) if the value is not legal.
bool set_default(Descriptor& d, const std::string& setting) {
  const auto mark = setting.find('=');
  if (mark == std::string::npos) {
    throw Error(ErrorCode::usage, fmt::format("'{}' gives no value", setting), "write NAME=VALUE");
  }
  const std::string name = setting.substr(0, mark);
  const auto field = std::find_if(d.fields.begin(), d.fields.end(),
                                  [&](const FieldSpec& f) { return f.name == name; });
  if (field == d.fields.end()) return false;
  const Source source{fmt::format("argument '{}'", setting), 0, 0};
  Diagnostics problems;
  std::optional<Value> value;
  if (const auto item = config::parse_value(setting.substr(mark + 1), source)) {
    value = config::check_value(*item, *field, problems);
  }
  if (!value) {
    throw Error(ErrorCode::usage, problems.ok() ? fmt::format("'{}' is no value", setting)
                                                : problems.sorted().front().message);
  }
  field->default_value = *value;
  field->required = false;
  return true;
}

void set_defaults(std::vector<Descriptor>& all, const std::vector<std::string>& values) {
  for (const auto& setting : values) {
    bool known = false;
    for (auto& d : all) known |= set_default(d, setting);
    if (known) continue;
    std::vector<std::string> names;
    for (const auto& d : all) {
      for (const auto& field : d.fields) names.push_back(field.name);
    }
    const auto name = setting.substr(0, setting.find('='));
    throw Error(ErrorCode::usage, fmt::format("nothing in this library has a parameter '{}'", name),
                did_you_mean(name, names));
  }
}

/// Opens the library for a check of one of its plugins; it stays open, as everywhere.
const std::vector<Descriptor>& descriptors_of(const fs::path& file,
                                              const std::vector<std::string>& values) {
  static auto* opened = new std::map<fs::path, std::vector<Descriptor>>;
  const auto found = opened->find(file);
  if (found != opened->end()) return found->second;
  plugin::check_before_loading(file);
  auto all = plugin::open_library(file).descriptors;
  set_defaults(all, values);
  return (*opened)[file] = std::move(all);
}

std::pair<Status, std::string> judge_here(const Check& check, const fs::path& file,
                                          const std::string& subject, const Options& options) {
  Subject of{file, nullptr, options.seed};
  if (check.scope == Scope::plugin) {
    of.descriptor = pick(descriptors_of(file, options.values), subject);
    if (!of.descriptor) return {Status::failed, "the library does not offer " + subject};
  }
  return judge(check, of);
}

std::string last_lines(const std::string& text) {
  const auto end = text.find_last_not_of(" \n");
  if (end == std::string::npos) return "";
  const auto from = end > 400 ? end - 400 : 0;
  return text.substr(from, end - from + 1);
}

/// One line of JSON: the finding, or what the library offers for the id "list".
std::string answer_of(const std::string& id, const fs::path& file, const std::string& subject,
                      const Options& options) {
  if (id == "list") {
    json names = json::array();
    try {
      for (const auto& d : descriptors_of(file, options.values)) {
        names.push_back(plugin::subject_name(d));
      }
    } catch (const Error& e) {
      if (e.code() != ErrorCode::usage) throw;
      return json_text(json{{"offers", names}, {"usage", e.message()}, {"hint", e.hint()}});
    }
    return json_text(json{{"offers", names}});
  }
  const auto [status, detail] = judge_here(find_check(id), file, subject, options);
  return json_text(json{{"status", status_name(status)}, {"detail", detail}});
}

std::chrono::milliseconds limit_of(const Options& options) {
  return options.limit.count() ? options.limit : std::chrono::seconds(60);
}

/// A copy of this process where that is safe, and otherwise the program anew.
plugin::Ending ask_child(const std::string& id, const fs::path& file, const std::string& subject,
                         const Options& options,
                         const std::function<void(const std::string&)>& on_line) {
  const auto limit = limit_of(options);
  if (single_threaded()) {
    return plugin::fork_child([&] { run_one(id, file, subject, options.seed, options.values, 1); },
                              limit, on_line);
  }
  std::vector<std::string> words{"plugin",      "run-check", id,
                                 file.string(), subject,     std::to_string(options.seed)};
  words.insert(words.end(), options.values.begin(), options.values.end());
  return plugin::run_child("/proc/self/exe", words, limit, limit, on_line);
}

void judge_in_child(Finding& finding, const fs::path& file, const Options& options) {
  std::optional<json> answer;
  const auto ending =
      ask_child(finding.check->id, file, finding.subject, options, [&](const std::string& line) {
        auto said = perhaps_json(line);
        if (said.is_object() && said.contains("status")) answer = std::move(said);
      });
  using Kind = plugin::Ending::Kind;
  if (answer && ending.kind == Kind::exited) {
    const std::string status = answer->at("status");
    finding.status = Status::failed;
    for (const Status known : {Status::passed, Status::skipped, Status::unseen}) {
      if (status == status_name(known)) finding.status = known;
    }
    finding.detail = answer->at("detail");
    return;
  }
  const auto said = last_lines(ending.errors);
  const std::string words = said.empty() ? "" : "; its last words: " + said;
  finding.status = ending.kind == Kind::timed_out ? Status::timed_out : Status::crashed;
  if (ending.kind == Kind::timed_out) {
    finding.detail = fmt::format(
        "killed after {} seconds{}",
        std::to_string(std::chrono::duration<double>(limit_of(options)).count()).substr(0, 5),
        words);
  } else if (ending.kind == Kind::killed) {
    const char* name = ::strsignal(ending.value);
    finding.detail = std::string("ended by a signal: ") + (name ? name : "?") + words;
  } else if (ending.kind == Kind::not_started) {
    finding.detail = std::string("no process could be started: ") + std::strerror(ending.value);
  } else {
    finding.detail =
        fmt::format("the plugin ended the process with code {}{}", ending.value, words);
  }
}

/// What the library offers, found without loading it here: the child lists it.
std::vector<std::string> subjects_of(const fs::path& file, const Options& options,
                                     std::vector<PluginKind>& kinds) {
  std::vector<std::string> subjects;
  const auto add = [&](const std::string& name) {
    for (const auto kind : plugin_kinds) {
      if (name.rfind(std::string(plugin::kind_key(kind)) + '/', 0) != 0) continue;
      subjects.push_back(name);
      kinds.push_back(kind);
    }
  };
  if (options.in_process) {
    for (const auto& d : descriptors_of(file, options.values)) add(plugin::subject_name(d));
  } else {
    std::string problem, hint;
    ask_child("list", file, "", options, [&](const std::string& line) {
      const auto said = perhaps_json(line);
      if (!said.is_object() || !said.contains("offers")) return;
      for (const auto& name : said["offers"]) add(name.get<std::string>());
      problem = said.value("usage", "");
      hint = said.value("hint", "");
    });
    if (!problem.empty()) throw Error(ErrorCode::usage, problem, hint);
  }
  return subjects;
}

class Run {
 public:
  Run(const fs::path& file, const Options& options,
      const std::function<void(const Finding&)>& found)
      : file_(file), options_(options), found_(found) {}

  std::vector<Finding> all() {
    for (const auto& check : all_checks()) {
      if (check.scope == Scope::library) one(check, "");
    }
    if (!blocked_.empty()) return findings_;
    std::vector<PluginKind> kinds;
    const auto subjects = subjects_of(file_, options_, kinds);
    bool any = false;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      if (!options_.subject.empty() && subjects[i] != options_.subject) continue;
      any = true;
      const std::string before = blocked_;
      for (const auto& check : all_checks()) {
        if (check.scope == Scope::plugin && (check.kinds & bit(kinds[i]))) one(check, subjects[i]);
      }
      blocked_ = before;  // a gate of one plugin says nothing about the next
    }
    if (!any && !options_.subject.empty()) {
      throw Error(ErrorCode::usage,
                  fmt::format("{} does not offer {}", file_.string(), options_.subject),
                  "it offers " + quoted_list(subjects));
    }
    return findings_;
  }

 private:
  void one(const Check& check, const std::string& subject) {
    // Gates are run whatever was asked for: what follows relies on them.
    const bool wanted =
        options_.only.empty() || std::any_of(options_.only.begin(), options_.only.end(),
                                             [&](const auto& word) { return names(word, check); });
    if (!wanted && !check.gate) return;
    Finding finding{&check, subject, Status::skipped, "", 0, ""};
    const auto skip = std::find_if(options_.skip.begin(), options_.skip.end(),
                                   [&](const auto& s) { return names(s.first, check); });
    if (skip != options_.skip.end()) {
      finding.detail = skip->second;
    } else if (!blocked_.empty()) {
      finding.detail = fmt::format("cannot be looked at while {} fails", blocked_);
    } else {
      const auto start = Clock::now();
      if (options_.in_process) {
        std::tie(finding.status, finding.detail) = judge_here(check, file_, subject, options_);
      } else {
        judge_in_child(finding, file_, options_);
      }
      finding.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    }
    if (finding.bad()) {
      finding.repeat =
          fmt::format("glia plugin check {} --only {}{} --seed {} --in-process", path_word(file_),
                      check.id, subject.empty() ? "" : " --plugin " + subject, options_.seed);
      for (const auto& value : options_.values) finding.repeat += ' ' + shell_words({value});
      if (check.gate) blocked_ = check.id;
    }
    if (!wanted && !finding.bad()) return;
    findings_.push_back(finding);
    if (found_) found_(finding);
  }

  const fs::path& file_;
  const Options& options_;
  const std::function<void(const Finding&)>& found_;
  std::vector<Finding> findings_;
  std::string blocked_;  ///< id of the gate that failed
};

}  // namespace

std::vector<Finding> run_checks(const fs::path& file, const Options& options,
                                const std::function<void(const Finding&)>& found) {
  require_known(options);
  return Run(file, options, found).all();
}

void run_one(const std::string& id, const fs::path& file, const std::string& subject,
             std::uint64_t seed, const std::vector<std::string>& values, int out) {
  Options options;
  options.seed = seed;
  options.values = values;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a check that hangs must not outlive the program
  unguard_exit();
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const int mine = ::fcntl(out, F_DUPFD_CLOEXEC, 100);  // what the plugin prints goes elsewhere
  ::dup2(2, 1);
  std::string line = answer_of(id, file, subject, options) + '\n';
  ::_exit(::write(mine, line.data(), line.size()) < 0 ? 1 : 0);
}

}  // namespace glia::check
