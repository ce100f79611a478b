// SPDX-License-Identifier: MIT
#include "train/path_program.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace glia::train {
namespace {

/// The earlier rows that are added to the row just made, where that is all that a node hears: what
/// a program can do by skips. Nothing otherwise.
std::optional<std::vector<std::size_t>> skips_of(const graph::Heard& heard, std::size_t last) {
  if (heard.join && !heard.join->adds) return std::nullopt;
  std::vector<std::size_t> earlier = heard.rows;
  if (std::erase(earlier, last) != 1) return std::nullopt;
  return earlier;
}

}  // namespace

std::shared_ptr<const wave::Program> program_of(
    const graph::Path& path, const std::vector<std::shared_ptr<const wave::Network>>& networks,
    std::vector<std::size_t>* begins) {
  if (networks.empty()) return nullptr;
  std::vector<std::shared_ptr<const wave::Program>> programs;
  std::vector<std::vector<std::size_t>> skips;
  std::size_t ops = 0;
  for (std::size_t i = 0; i <= networks.size(); ++i) {
    const bool end = i == networks.size();
    const auto skipped = skips_of(end ? path.ends[0] : path.heard[i], i);
    if (!skipped) return nullptr;
    skips.push_back(*skipped);
    if (end) break;
    programs.push_back(networks[i]->program());
    if (!programs.back()) return nullptr;
    ops += skipped->size();  // as `join` puts them
    if (begins) begins->push_back(ops);
    ops += programs.back()->ops().size();
  }
  return std::make_shared<const wave::Program>(wave::join(programs, skips));
}

}  // namespace glia::train
