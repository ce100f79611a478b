// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "core/files.hpp"
#include "report/groups.hpp"
#include "report/page.hpp"
#include "report/study.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace glia::cli {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string study;
  std::string out;
};

int report_one(const Arguments& arguments) {
  const auto study = report::read_study(report::find_study(arguments.study));
  const auto groups = report::group_trials(study);
  const fs::path page =
      arguments.out.empty() ? study.folder / "report.html" : fs::path(arguments.out);
  const fs::path table = fs::path(page).replace_extension(".csv");
  write_file(table, report::groups_csv(study, groups));
  write_file(page, report::report_page(study, groups, table.filename().string()));
  std::fputs(report::groups_text(study, groups, 60).c_str(), stdout);
  std::printf("\nreport: %s\ntable:  %s\n", page.c_str(), table.c_str());
  return ok;
}

}  // namespace

void add_report(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("report", "Tables and figures of a run or a sweep");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("STUDY", arguments->study, "Folder of a run or sweep, or its name in runs/")
      ->required();
  command->add_option("-o,--out", arguments->out, "File to write (default STUDY/report.html)")
      ->type_name("FILE");
  command->callback(
      [arguments, &session] { session.action = [arguments] { return report_one(*arguments); }; });
}

}  // namespace glia::cli
