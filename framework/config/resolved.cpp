// SPDX-License-Identifier: MIT
#include "config/node_kind.hpp"
#include "config/node_text.hpp"
#include "config/pipeline.hpp"

#include <fmt/format.h>

namespace glia::config {

std::string Pipeline::resolved_toml() const {
  std::string text = fmt::format("[pipeline]\n{}{}", toml_line("name", spec.name),
                                 toml_line("seed", static_cast<std::int64_t>(spec.seed)));
  for (const Node* node : all_nodes(spec)) {
    text += fmt::format("\n[{}.{}]\n", node->kind->name, node->id);
    text += node->kind->text ? node->kind->text(*node)
                             : table_node_lines(static_cast<const TableNode&>(*node));
  }
  return text;
}

}  // namespace glia::config
