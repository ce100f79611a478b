// SPDX-License-Identifier: MIT
#include "config/sweep_seeds.hpp"

#include "config/item_text.hpp"

#include <fmt/format.h>

#include <limits>
#include <numeric>
#include <set>

namespace glia::config {
namespace {

using Seeds = std::optional<std::vector<std::uint64_t>>;

constexpr std::int64_t most_seeds = 1'000'000;

std::optional<std::int64_t> whole(const Item& item) {
  const auto* value = std::get_if<std::int64_t>(&item.scalar);
  return value && *value >= 0 ? std::optional(*value) : std::nullopt;
}

Seeds refuse(const Item& item, Diagnostics& problems) {
  problems.error(item.source,
                 fmt::format("seeds must be a number of seeds or a list of whole numbers from 0, "
                             "not {}",
                             describe(item)),
                 "write seeds = 20 or seeds = [1, 2, 3]");
  return std::nullopt;
}

Seeds listed(const Item& list, Diagnostics& problems) {
  std::vector<std::uint64_t> seeds;
  std::set<std::int64_t> known;
  for (const auto& item : list.items) {
    const auto seed = whole(item);
    if (!seed) return refuse(item, problems);
    if (!known.insert(*seed).second) {
      problems.error(item.source, fmt::format("seed {} is given twice", *seed));
      return std::nullopt;
    }
    seeds.push_back(static_cast<std::uint64_t>(*seed));
  }
  if (seeds.empty()) return refuse(list, problems);
  return seeds;
}

}  // namespace

std::optional<std::vector<std::uint64_t>> read_seeds(const Item& item, std::uint64_t first,
                                                     Diagnostics& problems) {
  if (item.is_array()) return listed(item, problems);
  const auto count = whole(item);
  if (!count || *count < 1) return refuse(item, problems);
  if (*count > most_seeds) {
    problems.error(item.source,
                   fmt::format("a sweep has at most {} seeds, not {}", most_seeds, *count));
    return std::nullopt;
  }
  constexpr auto greatest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (first > greatest - static_cast<std::uint64_t>(*count - 1)) {
    problems.error(item.source,
                   fmt::format("{} seeds from pipeline.seed = {} on go past the greatest seed, {}",
                               *count, first, greatest),
                   "give a smaller pipeline.seed, or list the seeds");
    return std::nullopt;
  }
  std::vector<std::uint64_t> seeds(static_cast<std::size_t>(*count));
  std::iota(seeds.begin(), seeds.end(), first);
  return seeds;
}

}  // namespace glia::config
