// SPDX-License-Identifier: MIT
#include "check/report.hpp"
#include "check/runner.hpp"
#include "cli/command.hpp"
#include "cli/plugin_names.hpp"
#include "cli/whole_number.hpp"
#include "core/files.hpp"
#include "core/output.hpp"

#include <glia/sdk/error.hpp>

#include <cmath>
#include <cstdio>
#include <memory>

namespace glia::cli {
namespace {

struct PluginCheckCommand {
  std::string name, junit;
  std::vector<std::string> skip;
  check::Options options;
  double limit = 60;
  bool list = false, json = false, all = false, strict = false;
};

void show(const std::string& text) {
  put(text);
  sync_output();
}

int check_plugin(PluginCheckCommand a, const Session& session) {
  if (a.list) {
    show(a.json ? check::list_json() : check::list_text());
    return ok;
  }
  if (a.name.empty()) throw Error(ErrorCode::usage, "which plugin? Give a library file or an id");
  for (const auto& word : a.skip) {
    const auto mark = word.find('=');
    if (mark == std::string::npos || mark + 1 == word.size()) {
      throw Error(ErrorCode::usage, "--skip " + word + " gives no reason",
                  "write --skip " + word.substr(0, mark) + "='why it does not apply'");
    }
    a.options.skip[word.substr(0, mark)] = word.substr(mark + 1);
  }
  a.options.limit = std::chrono::milliseconds(std::llround(a.limit * 1000));
  const auto place = find_library(a.name, session);
  if (a.options.subject.empty()) a.options.subject = place.subject;
  const auto file = place.file;
  if (!a.json) show("checking " + file.string() + '\n');
  const auto findings = check::run_checks(file, a.options, [&](const check::Finding& finding) {
    if (!a.json) show(check::finding_text(finding, a.all));
  });
  bool good = true;
  for (const auto& finding : findings) {
    const bool counts = a.strict || finding.check->severity == check::Severity::error;
    if (finding.bad() && counts) good = false;
    if (finding.status == check::Status::unseen && a.strict) good = false;
  }
  show(a.json ? check::findings_json(file.string(), findings, a.options.seed, good)
              : check::summary_text(findings, a.options.seed));
  if (!a.junit.empty()) write_file(a.junit, check::findings_junit(file.string(), findings));
  return good ? ok : run_failed;
}

}  // namespace

void add_plugin_check(CLI::App& group, Session& session) {
  auto* command =
      group.add_subcommand("check", "Run the conformance kit on a plugin: does it keep its word?");
  auto a = std::make_shared<PluginCheckCommand>();
  command->add_option("NAME", a->name, "A library file, or the id of a plugin that was found");
  command->add_option("VALUE", a->options.values,
                      "Parameters to check it with, where the defaults do not do: NAME=VALUE ...");
  command->add_option("--only", a->options.only, "Only this check or group (again for more)")
      ->type_name("ID")
      ->allow_extra_args(false);
  command->add_option("--skip", a->skip, "Leave out a check or group, and say why")
      ->type_name("ID=REASON")
      ->allow_extra_args(false);
  command->add_option("--plugin", a->options.subject, "Only this one of the file's plugins")
      ->type_name("KIND/ID");
  command->add_option("--seed", a->options.seed, "Seed of every random number of the kit")
      ->check(whole_number())
      ->capture_default_str();
  command->add_option("--timeout", a->limit, "Seconds that one check may take")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command->add_flag("--in-process", a->options.in_process,
                    "No child processes, for debuggers: a crash ends the program");
  command->add_flag("--strict", a->strict,
                    "Warnings, and what could not be looked at, count as failures");
  command->add_flag("--all", a->all, "Show the checks that pass, too");
  command->add_flag("--list", a->list, "List the checks and why each matters");
  command->add_flag("--json", a->json, "Print JSON instead of text");
  command->add_option("--junit", a->junit, "Also write a JUnit report")->type_name("FILE");
  command->callback(
      [&session, a] { session.action = [&session, a] { return check_plugin(*a, session); }; });

  auto* child = group.add_subcommand("run-check", "")->group("");
  auto id = std::make_shared<std::string>(), file = std::make_shared<std::string>(),
       subject = std::make_shared<std::string>();
  auto seed = std::make_shared<std::uint64_t>(1);
  child->add_option("ID", *id)->required();
  child->add_option("FILE", *file)->required();
  child->add_option("SUBJECT", *subject);
  auto values = std::make_shared<std::vector<std::string>>();
  child->add_option("SEED", *seed);
  child->add_option("VALUE", *values);
  child->callback([&session, id, file, subject, seed, values] {
    session.action = [=]() -> int {
      check::run_one(*id, *file, *subject, *seed, *values, output_descriptor());
    };
  });
}

}  // namespace glia::cli
