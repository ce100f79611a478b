// SPDX-License-Identifier: MIT
#include "sweep/advice.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <variant>

namespace glia::sweep {
namespace {

std::optional<std::int64_t> whole(const config::SweepSpec& spec, const char* name) {
  const auto found = spec.sampler_settings.find(name);
  if (found == spec.sampler_settings.end()) return std::nullopt;
  const auto* number = std::get_if<std::int64_t>(&found->second);
  return number ? std::optional(*number) : std::nullopt;
}

/// Of a block with lists and ranges.
std::optional<std::string> crossing(const config::SweepSpec& spec, const config::AxisBlock& block) {
  const auto samples = whole(spec, "samples");
  if (!samples || block.sampled.empty()) return std::nullopt;
  double listed = 1;
  for (const auto& group : block.groups) {
    if (!group.empty()) listed *= static_cast<double>(group.front().values.size());
  }
  if (listed <= 1) return std::nullopt;
  const auto seeds = static_cast<double>(spec.seeds.size());
  return fmt::format(
      "lists are crossed with samples: {:.0f} combinations x {} samples{} are {:.0f} trials; "
      "sampler "
      "= \"random\" with trials = N draws the values of all axes",
      listed, *samples, seeds > 1 ? fmt::format(" x {:.0f} seeds", seeds) : "",
      listed * static_cast<double>(*samples) * seeds);
}

std::optional<std::string> never_learns(const config::SweepSpec& spec) {
  const auto trials = whole(spec, "trials"), startup = whole(spec, "startup");
  const auto parallel = whole(spec, "parallel");
  if (!trials || !startup || !parallel) return std::nullopt;
  const auto seeds = static_cast<std::int64_t>(spec.seeds.size());
  const std::int64_t points = *trials / seeds, blind = *startup + *parallel - 1;
  if (points > blind) return std::nullopt;
  return fmt::format(
      "all {} points are drawn at random: '{}' learns from the {}th on (startup = {}, parallel = "
      "{}); "
      "give it trials = {} or more, or a smaller startup",
      points, spec.sampler, blind + 1, *startup, *parallel, 3 * blind * seeds);
}

}  // namespace

std::vector<std::string> advice_on(const config::SweepSpec& spec) {
  std::vector<std::string> all;
  for (const auto& block : spec.blocks) {
    if (auto text = crossing(spec, block)) all.push_back(std::move(*text));
  }
  if (auto text = never_learns(spec)) all.push_back(std::move(*text));
  return all;
}

}  // namespace glia::sweep
