// SPDX-License-Identifier: MIT
#include "report/compare.hpp"

#include "cli/command.hpp"
#include "core/output.hpp"

#include <cstdio>
#include <memory>
#include <string>

namespace glia::cli {
namespace {

struct CompareCommand {
  std::string a, b;
  bool json = false;
};

int compare(const CompareCommand& arguments) {
  const auto compared =
      report::compare_studies(report::read_study(report::find_study(arguments.a)),
                              report::read_study(report::find_study(arguments.b)));
  report::tell_of_changes(compared.a);
  report::tell_of_changes(compared.b);
  put(arguments.json ? report::comparison_json(compared) : report::comparison_text(compared));
  return ok;
}

}  // namespace

void add_compare(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "compare", "Two runs or sweeps: settings that differ, medians, intervals, tests");
  auto arguments = std::make_shared<CompareCommand>();
  command->add_option("A", arguments->a, "Folder of a run or sweep, or its name in runs/")
      ->required();
  command->add_option("B", arguments->b, "The other one")->required();
  command->add_flag("--json", arguments->json, "Print JSON");
  command->callback(
      [arguments, &session] { session.action = [arguments] { return compare(*arguments); }; });
}

}  // namespace glia::cli
