// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "config/editor_schema.hpp"
#include "config/reference_page.hpp"
#include "core/output.hpp"
#include "core/own_output.hpp"
#include "plugin/registry.hpp"

#include <cstdio>
#include <memory>

namespace glia::cli {

void add_schema(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "schema", "Write a JSON Schema of pipeline files, for editors, from the plugins found");
  auto output = std::make_shared<std::string>();
  command->add_option("-o,--output", *output, "File to write; left out: stdout")->type_name("FILE");
  auto reference = std::make_shared<bool>(false);
  command->add_flag("--reference", *reference,
                    "Write a page about every key of a pipeline file instead, in Markdown");
  command->callback([&session, output, reference] {
    session.action = [&session, output, reference]() -> int {
      const std::string text =
          *reference ? config::reference_page()
                     : config::editor_schema(plugin::load_plugins(session.plugin_path));
      if (output->empty()) {
        put(text);
        return ok;
      }
      require_suffix(*output, *reference ? ".md" : ".json");
      require_no_input(*output);
      write_output(*output, text);
      if (*reference) return ok;
      print("wrote %s; a pipeline file uses it with the first line\n#:schema %s\n", output->c_str(),
            output->c_str());
      return ok;
    };
  });
}

}  // namespace glia::cli
