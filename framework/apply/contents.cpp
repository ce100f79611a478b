// SPDX-License-Identifier: MIT
#include "apply/contents.hpp"

#include "config/document.hpp"
#include "results/run_origin.hpp"

namespace glia::apply {
namespace {

std::vector<std::string> nodes_of(const config::Item& root, const char* kind) {
  std::vector<std::string> ids;
  const config::Member* tables = root.find(kind);
  if (!tables) return ids;
  for (const auto& node : tables->value.members) ids.push_back(node.key);
  return ids;
}

}  // namespace

Contents contents_of(const std::filesystem::path& folder) {
  const config::Item root =
      config::parse_document(results::read_resolved(folder), (folder / "resolved.toml").string());
  return {.heads = nodes_of(root, "head"), .policies = nodes_of(root, "policy")};
}

}  // namespace glia::apply
