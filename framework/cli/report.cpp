// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "core/files.hpp"
#include "core/output.hpp"
#include "core/own_output.hpp"
#include "core/write_trouble.hpp"
#include "report/groups.hpp"
#include "report/page.hpp"
#include "report/reproduction.hpp"
#include "report/study.hpp"
#include "serve/guard.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace glia::cli {
namespace {

namespace fs = std::filesystem;

struct ReportCommand {
  std::vector<std::string> studies;
  std::string out, published;
};

/// Where the numbers of a page's figures go. Error (usage) if something else stands there.
fs::path numbers_of(const fs::path& page) {
  fs::path folder = fs::path(page).replace_extension(".numbers");
  std::error_code ignored;
  if (!fs::exists(folder, ignored) || fs::is_directory(folder, ignored)) return folder;
  throw Error(ErrorCode::usage,
              folder.string() + " is a file, where the numbers of the figures get a folder",
              "move it away, or choose another name with -o FILE.html");
}

/// A file for each figure of a page that has numbers.
void write_numbers(const report::FigureFiles& files, const fs::path& folder) {
  if (files.all().empty()) return;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    refuse_folder(ErrorCode::io, folder, error, "choose a writable place with -o FILE.html");
  }
  for (const auto& [name, text] : files.all()) write_file(folder / name, text);
}

int report_one(const ReportCommand& arguments) {
  if (arguments.studies.size() != 1) {
    throw Error(ErrorCode::usage, "a report is about one run or sweep",
                "two are compared by: glia compare A B; many with published values by: glia report "
                "--published FILE DIR...");
  }
  const auto study = report::read_study(report::find_study(arguments.studies[0]));
  report::tell_of_changes(study);
  const auto groups = report::group_trials(study);
  const fs::path page =
      arguments.out.empty() ? study.folder / "report.html" : fs::path(arguments.out);
  if (page.extension() != ".html" && page.extension() != ".htm") {
    throw Error(ErrorCode::usage,
                fmt::format("a report is a page of HTML, and {} is not", page.string()),
                "choose a name that ends in .html; a table of the same name is put beside it");
  }
  const fs::path table = fs::path(page).replace_extension(".csv");
  if (fs::weakly_canonical(table) == fs::weakly_canonical(study.folder / "results.csv")) {
    throw Error(ErrorCode::usage, "the report cannot be written to " + page.string(),
                "choose a name that ends in .html; a table of the same name is put beside it");
  }
  if (arguments.out.empty() && ::access(study.folder.c_str(), W_OK) != 0) {
    throw Error(ErrorCode::io,
                fmt::format("cannot write in {}: {}", study.folder.string(), std::strerror(errno)),
                "choose a writable place with -o FILE.html");
  }
  const fs::path numbers = numbers_of(page);
  const std::string rows = report::groups_csv(study, groups);
  require_no_input(page);
  require_own(table, rows.substr(0, rows.find_first_of(",\n")), page);
  write_output(table, rows);
  const std::string beside = numbers.filename().string();
  report::FigureFiles files(
      [&](const std::string& file) { return serve::url_encoded(beside) + '/' + file; });
  write_file(page, report::report_page(study, groups, table.filename().string(), files));
  write_numbers(files, numbers);
  put(report::groups_text(study, groups, 60));
  print("\nreport: %s\ntable:  %s\n", page.c_str(), table.c_str());
  if (!files.all().empty()) print("numbers of its figures: %s\n", numbers.c_str());
  return ok;
}

int report_reproduction(const ReportCommand& arguments, const Session& session) {
  const auto published = report::read_published(arguments.published);
  const fs::path page = arguments.out.empty()
                            ? fs::path(arguments.published).replace_filename("RESULTS.md")
                            : fs::path(arguments.out);
  if (arguments.out.empty()) require_own(page, "# The published experiments", page);
  require_no_input(page, {{arguments.published, "the file of the published values"}});
  std::string command = "glia";
  for (std::size_t i = 1; i < session.command_line.size(); ++i) {
    command += ' ' + session.command_line[i];
  }
  const auto folders = report::match_folders(published, arguments.studies);
  make_folder_of(page);
  for (const auto& file : report::write_reproduction(published, folders, page, command)) {
    print("%s\n", file.c_str());
  }
  return ok;
}

}  // namespace

void add_report(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("report", "Tables and figures of a run or a sweep");
  auto arguments = std::make_shared<ReportCommand>();
  command
      ->add_option("STUDY", arguments->studies,
                   "Folder of a run or sweep, or its name in runs/; with --published one or more, "
                   "ID=FOLDER where the name does not tell the experiment")
      ->required();
  command
      ->add_option("--published", arguments->published,
                   "Compare with the published values in this file, on a Markdown page")
      ->type_name("FILE");
  command
      ->add_option("-o,--out", arguments->out,
                   "File to write (default STUDY/report.html, or RESULTS.md beside the published "
                   "values); what goes with it is put beside it")
      ->type_name("FILE");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] {
      return arguments->published.empty() ? report_one(*arguments)
                                          : report_reproduction(*arguments, session);
    };
  });
}

}  // namespace glia::cli
