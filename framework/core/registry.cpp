// SPDX-License-Identifier: MIT
#include "core/registry.hpp"

#include <fmt/format.h>

namespace glia {
namespace {

using Kinds =
    std::map<std::string, std::map<std::string, const Declared*, std::less<>>, std::less<>>;

Kinds& kinds() {
  static Kinds all;
  return all;
}

}  // namespace

void declare(std::string_view kind, const Declared& declaration) {
  const auto [it, fresh] = kinds()[std::string(kind)].emplace(declaration.name, &declaration);
  if (!fresh) {
    throw Error(ErrorCode::internal, fmt::format("{} '{}' is declared twice", kind, it->first));
  }
}

std::vector<const Declared*> declared(std::string_view kind) {
  std::vector<const Declared*> all;
  const auto it = kinds().find(kind);
  if (it == kinds().end()) return all;
  for (const auto& [name, declaration] : it->second) all.push_back(declaration);
  return all;
}

const Declared* find_declared(std::string_view kind, std::string_view name) {
  const auto it = kinds().find(kind);
  if (it == kinds().end()) return nullptr;
  const auto found = it->second.find(name);
  return found == it->second.end() ? nullptr : found->second;
}

}  // namespace glia
