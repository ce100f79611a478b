// SPDX-License-Identifier: MIT
#include "cli/program.hpp"

#include "cli/command.hpp"
#include "core/json_trouble.hpp"
#include "core/log.hpp"
#include "core/mapping_guard.hpp"
#include "core/output.hpp"
#include "core/process_end.hpp"
#include "core/provenance.hpp"
#include "core/thrown.hpp"
#include "core/variable.hpp"
#include "core/write_trouble.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/fingerprint.hpp>
#include <glia/sdk/plain_text.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <signal.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <sstream>

namespace glia::cli {
int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
    case ErrorCode::configuration:
    case ErrorCode::shape:
      return bad_input;
    case ErrorCode::plugin:
      return plugin_refused;
    case ErrorCode::interrupted:
      return resumable;
    case ErrorCode::resume:
      return resume_refused;
    case ErrorCode::data:
    case ErrorCode::io:
    case ErrorCode::numeric:
    case ErrorCode::internal:
      break;
  }
  return run_failed;
}

namespace {

/// A file or folder of no name is what a shell variable leaves that was not set: nobody means the
/// default by it.
void require_names(CLI::App& app) {
  const CLI::Validator named(
      [](std::string& text) {
        return text.empty() ? std::string("has no name, as of a shell variable that is not set")
                            : std::string();
      },
      "");
  for (CLI::Option* option : app.get_options()) {
    const std::string type = option->get_type_name();
    if (type.starts_with("DIR") || type.starts_with("FILE")) option->check(named);
  }
  for (CLI::App* command : app.get_subcommands({})) require_names(*command);
}

int run(int argc, char** argv, AddCommands add_commands) {
  Session session;
  session.command_line.assign(argv, argv + argc);
  CLI::App app{"glia: a workbench for artificial astrocyte networks", "glia"};
  app.set_version_flag("--version", [] {
    const BuildInfo& build = build_info();
    return fmt::format("glia {}{}{}{}", build.version,
                       build.commit.empty() ? ""
                                            : fmt::format(" ({}{})", build.commit.substr(0, 12),
                                                          build.dirty ? ", changed" : ""),
                       ", SDK " GLIA_SDK_VERSION ", ", GLIA_FINGERPRINT);
  });
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--plugin-path", session.plugin_path,
                 "Folder with plugins, searched before $GLIA_PLUGIN_PATH and the program's own")
      ->type_name("DIR")
      ->allow_extra_args(false);  // one folder each, so that it cannot swallow a file name
  app.add_flag("-v,--verbose", session.verbose, "Show the log on stderr");
  bool no_color = is_set(variables::no_color);
  app.add_flag("--no-color", no_color, "No colours, as with NO_COLOR in the environment");

  add_commands(app, session);
  require_names(app);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::ostringstream out;
    const int code = app.exit(e, out, std::cerr);
    put(out.str());
    return code == 0 ? ok : bad_input;
  }
  session.color = !no_color;
  if (session.verbose) set_terminal_log_level(LogLevel::debug);
  return session.action();
}

/// What the program was given by whoever started it, made fit to work with.
void prepare() {
  claim_output();
  // A file over the size limit is an error of writing, with a message, and not a sudden end.
  std::signal(SIGXFSZ, SIG_IGN);
  // A parent may have ignored it, and then the end of a worker would never be seen.
  std::signal(SIGCHLD, SIG_DFL);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  ::sigprocmask(SIG_UNBLOCK, &child, nullptr);
  guard_mappings();
  guard_exit();
  guard_crashes();
}

/// What the program was doing, as nothing that it expected to go wrong did.
void tell_unexpected(const std::exception& e) {
  std::error_code gone;
  static_cast<void>(std::filesystem::current_path(gone));
  if (gone) {
    std::fprintf(stderr,
                 "glia: error: the current folder is gone, or nobody may look into it\n"
                 "  hint: go to one that is there: cd ~\n");
  } else if (const auto* file = dynamic_cast<const std::filesystem::filesystem_error*>(&e)) {
    const std::string remedy = write_remedy(file->code().value());
    std::fprintf(stderr, "glia: error: %s%s%s\n", plain_text(e.what()).c_str(),
                 remedy.empty() ? "" : "\n  hint: ", remedy.c_str());
  } else if (const Error error = thrown(std::current_exception()); is_out_of_memory(error)) {
    std::fprintf(stderr, "glia: error: %s\n", error.what());
  } else if (const auto* of_json = dynamic_cast<const nlohmann::json::exception*>(&e)) {
    std::fprintf(stderr,
                 "glia: error: JSON that was read is not what glia writes: %s\n"
                 "  hint: if a file of the run or sweep was edited, put it back from a copy; if "
                 "none was, this is a defect of glia\n",
                 json_trouble(*of_json).c_str());
  } else {
    std::fprintf(stderr, "glia: internal error: %s\n", error.message().c_str());
  }
}

/// The exit code; says what went wrong.
int guarded(const std::function<int()>& body) {
  try {
    return body();
  } catch (const Error& e) {
    // Configuration errors already read "FILE:LINE:COLUMN: error: ..."; being stopped is no error.
    const char* prefix = "glia: error: ";
    if (e.code() == ErrorCode::configuration) prefix = "";
    if (e.code() == ErrorCode::interrupted) prefix = "glia: ";
    std::fprintf(stderr, "%s%s\n", prefix, e.what());
    return exit_code(e.code());
  } catch (const std::exception& e) {
    tell_unexpected(e);
  } catch (...) {
    std::fprintf(stderr, "glia: error: a plugin threw something that is no std::exception\n");
  }
  return run_failed;
}

}  // namespace

int run_command(int argc, char** argv, AddCommands add_commands) {
  prepare();
  const int code = guarded([&] { return run(argc, argv, add_commands); });
  const int written = guarded([] {
    flush_output();
    return static_cast<int>(ok);
  });
  end_process(code == ok ? written : code);
}

}  // namespace glia::cli
