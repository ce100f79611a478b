// SPDX-License-Identifier: MIT
#include "sweep/task.hpp"

#include "cli/command.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace glia::cli {
namespace {

/// A task's log: one line per trial.
class TaskLog final : public sweep::Watcher {
 public:
  void worker(int, const std::string&) override {}
  void trial(const sweep::Outcome& outcome, bool again) override {
    message(fmt::format("trial {}: {}{}{}", outcome.trial, sweep::status_name(outcome.status),
                        outcome.error.empty() ? "" : ": " + outcome.error,
                        again ? "; it is run again" : ""));
  }
  void message(const std::string& text) override { std::fprintf(stderr, "%s\n", text.c_str()); }
  void tick() override {}
};

}  // namespace

void add_task(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("task", "Run a part of a sweep as a job of a cluster");
  command->group("");  // started by glia itself
  auto options = std::make_shared<sweep::TaskOptions>();
  auto folder = std::make_shared<std::string>();
  command->add_option("SWEEP", *folder)->required();
  command->add_option("--round", options->round)->required();
  command->add_option("--slice", options->slice);
  command->add_option("--share", options->share);
  command->callback([options, folder, &session] {
    session.action = [options, folder] {
      options->sweep = *folder;
      TaskLog log;
      return sweep::run_task(*options, log);
    };
  });
}

}  // namespace glia::cli
