// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "core/files.hpp"
#include "core/interrupt.hpp"
#include "core/json_text.hpp"
#include "core/output.hpp"
#include "core/variable.hpp"
#include "serve/guard.hpp"
#include "serve/http.hpp"
#include "serve/listing.hpp"
#include "serve/site.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace glia::cli {
namespace {

struct ServeCommand {
  std::string folder = "runs", host = "127.0.0.1";
  std::uint16_t port = 0;
  bool json = false;
};

/// The one of the environment, so that a page outlives the server that it came from; else a new one.
std::string token() {
  if (!is_set(variables::serve_token)) return serve::random_token();
  const std::string given = value_of(variables::serve_token);
  if (const auto problem = serve::token_problem(given); !problem.empty()) {
    throw Error(ErrorCode::usage, fmt::format("{} {}", variables::serve_token.name, problem),
                "make one with: openssl rand -hex 24");
  }
  return given;
}

std::vector<std::string> this_program(const Session& session) {
  const std::string other = value_of(variables::program);
  std::vector<std::string> words{other.empty() ? (program_folder() / "glia").string() : other};
  for (const auto& folder : session.plugin_path) {
    words.insert(words.end(), {"--plugin-path", folder});
  }
  return words;
}

/// Ends the process a little after a stop was asked for, whatever is being worked out: a report of
/// ten thousand trials takes its time, and nothing is lost, as nothing is written.
class Ender {
 public:
  Ender() : thread_([this] { watch(); }) {}
  ~Ender() {
    over_ = true;
    thread_.join();
  }
  Ender(const Ender&) = delete;
  Ender& operator=(const Ender&) = delete;

 private:
  void watch() {
    constexpr auto look = std::chrono::milliseconds(50);
    constexpr int patience = 40;  // looks
    for (int since = 0; !over_ && since < patience; std::this_thread::sleep_for(look)) {
      if (stop_requested()) ++since;
      if (since == patience) std::_Exit(ok);
    }
  }

  std::atomic<bool> over_{false};
  std::thread thread_;
};

/// A folder of projects is none of runs: its page would be empty.
void tell_of_folders_below(const std::string& folder) {
  if (serve::holds_results(folder)) return;
  std::string commands;
  for (const auto& word : serve::holder_words(folder)) commands += "\n  glia serve " + word;
  if (commands.empty()) return;
  std::fprintf(stderr, "glia: there are no runs or sweeps in %s, but in folders of it:%s\n",
               folder.c_str(), commands.c_str());
}

int show(const ServeCommand& arguments, const Session& session) {
  install_stop_signals();
  const Ender ender;
  ::setpriority(PRIO_PROCESS, 0, 10);  // whoever computes comes first
  serve::Site site({.folder = arguments.folder,
                    .token = token(),
                    .host = arguments.host,
                    .program = this_program(session),
                    .stop = stop_requested});
  serve::HttpServer server({.host = arguments.host, .port = arguments.port},
                           [&](const serve::Request& request) { return site.answer(request); });
  const bool everywhere = arguments.host == "0.0.0.0" || arguments.host == "::";
  const std::string url = fmt::format(
      "http://{}/?token={}",
      serve::authority(everywhere ? "127.0.0.1" : arguments.host, server.port()), site.token());
  if (!serve::is_loopback(arguments.host)) {
    std::fprintf(stderr,
                 "glia: this server is reached from other machines, and what travels is not "
                 "encrypted: whoever can listen can read the token. Safer: glia serve without "
                 "--host, and ssh -L %u:127.0.0.1:%u to this machine\n",
                 unsigned{server.port()}, unsigned{server.port()});
  }
  if (arguments.json) {
    put(json_text(nlohmann::ordered_json{{"url", url}}) + '\n');
  } else {
    put(fmt::format("{} is shown at {}\nCtrl-C ends it.\n", arguments.folder, url));
  }
  flush_output();
  tell_of_folders_below(arguments.folder);
  server.run(stop_requested, [&] { return site.news(); });
  return ok;
}

}  // namespace

void add_serve(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("serve", "Show runs and sweeps, as they go on, on a page in a browser");
  auto a = std::make_shared<ServeCommand>();
  command->add_option("DIR", a->folder, "Folder that holds them (default runs)");
  command->add_option("--port", a->port, "Port to listen on (default 0: any that is free)");
  command
      ->add_option("--host", a->host,
                   "Address to listen on (default 127.0.0.1: this machine alone)")
      ->type_name("HOST");
  command->add_flag("--json", a->json, "Print the address as JSON");
  command->callback(
      [a, &session] { session.action = [a, &session] { return show(*a, session); }; });
}

}  // namespace glia::cli
