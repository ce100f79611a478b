// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "plugin/scan.hpp"

namespace glia::cli {

void add_plugin(CLI::App& app, Session& session) {
  auto* group = app.add_subcommand("plugin", "Look at the plugins that are installed");
  group->require_subcommand(1);
  auto* scan = group->add_subcommand("scan")->group("");
  auto files = std::make_shared<std::vector<std::string>>();
  scan->add_option("FILE", *files);
  scan->callback(
      [files, &session] { session.action = [files]() -> int { plugin::scan_child(*files); }; });
}

}  // namespace glia::cli
