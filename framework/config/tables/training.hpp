// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/schema.hpp>

#include <string>
#include <vector>

namespace glia::config {

/// The host's keys of [training.ID].
struct TrainingKeys {
  std::vector<std::string> heads;
  std::vector<double> weights;  ///< of the heads' losses; empty: all 1
};

inline constexpr auto training_schema = glia::schema<TrainingKeys>(
    glia::field(&TrainingKeys::heads, "heads")
        .required()
        .doc("The heads that are trained together, with the networks on their paths: a network "
             "that several of them hear is one, with one set of weights."),
    glia::field(&TrainingKeys::weights, "weights")
        .above(0)
        .doc("What each head's loss counts in the sum that is trained on, in the order of "
             "'heads'; left out, all count 1."),
    glia::rule<TrainingKeys>([](const TrainingKeys& keys) -> const char* {
      return keys.weights.empty() || keys.weights.size() == keys.heads.size()
                 ? nullptr
                 : "weights needs one number for each of 'heads'";
    }));

}  // namespace glia::config
