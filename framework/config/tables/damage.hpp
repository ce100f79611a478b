// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/schema.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace glia::config {

/// The host's `damage = { ... }` table: how a trained network is damaged to see what it withstands.
struct DamageSpec {
  std::vector<double> weight_noise;  ///< standard deviations of what is added to every weight
  std::vector<double> weight_loss;   ///< probabilities with which each weight becomes zero
  std::int64_t draws = 20;           ///< of each level

  bool empty() const { return weight_noise.empty() && weight_loss.empty(); }
};

inline constexpr auto damage_schema = glia::schema<DamageSpec>(
    glia::field(&DamageSpec::weight_noise, "weight_noise")
        .range(0, 1e6)
        .doc("Levels: standard deviations of normal noise that is added to every weight."),
    glia::field(&DamageSpec::weight_loss, "weight_loss")
        .range(0, 1)
        .doc("Levels: probabilities with which each weight becomes zero."),
    glia::field(&DamageSpec::draws, "draws").range(1, 100'000).doc("Random draws of each level."),
    glia::rule<DamageSpec>([](const DamageSpec& spec) -> const char* {
      const auto twice = [](std::vector<double> levels) {
        std::sort(levels.begin(), levels.end());
        return std::adjacent_find(levels.begin(), levels.end()) != levels.end();
      };
      return twice(spec.weight_noise) || twice(spec.weight_loss)
                 ? "a level of damage is given twice: it has the same draws both times"
                 : nullptr;
    }));

}  // namespace glia::config
