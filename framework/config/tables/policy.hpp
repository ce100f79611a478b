// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/schema.hpp>

#include <cstdint>
#include <string>

namespace glia::config {

/// The host's keys of [policy.ID].
struct PolicyKeys {
  std::string reads;  ///< `input`: id of a network
};

inline constexpr auto policy_schema = glia::schema<PolicyKeys>(
    glia::field(&PolicyKeys::reads, "input")
        .required()
        .doc("The network that acts: it begins at a task, and its last row has a cell for each "
             "action. The cell with the most wins."));

/// The `train = { ... }` table of a policy, besides the settings of its method and optimizer.
struct PolicyTrainKeys {
  std::string method = "evolution";
  std::int64_t generations = 100;
  std::int64_t starts = 1;
  double learning_rate = 0.05;
  std::string optimizer = "adam";
  std::int64_t patience = 0;
  std::int64_t validation_episodes = 100;
  std::int64_t test_episodes = 100;
};

inline constexpr auto policy_train_schema = glia::schema<PolicyTrainKeys>(
    glia::field(&PolicyTrainKeys::method, "method").doc("How returns become a gradient."),
    glia::field(&PolicyTrainKeys::generations, "generations")
        .range(1, 1e9)
        .doc("Steps of the optimizer, each after episodes of its own. Training ends before if "
             "validation reaches the greatest return that the task knows of."),
    glia::field(&PolicyTrainKeys::starts, "starts")
        .range(1, 1e5)
        .doc("Random starts of the policy that are tried, in 'validation_episodes' episodes of "
             "their own: the one with the highest mean return is trained. 1: none is chosen."),
    glia::field(&PolicyTrainKeys::learning_rate, "learning_rate")
        .above(0)
        .doc("Step size of the optimizer."),
    glia::field(&PolicyTrainKeys::optimizer, "optimizer").doc("How gradients become steps."),
    glia::field(&PolicyTrainKeys::patience, "patience")
        .at_least(0)
        .unit("generations")
        .doc("Training ends when the validation return has not been higher for so many "
             "generations; 0: it does not."),
    glia::field(&PolicyTrainKeys::validation_episodes, "validation_episodes")
        .range(1, 1e6)
        .doc("Episodes, the same ones after every generation, whose mean return chooses: the "
             "parameters of the generation with the highest are kept."),
    glia::field(&PolicyTrainKeys::test_episodes, "test_episodes")
        .range(1, 1e6)
        .doc("Episodes of the test, which are run at the end only."));

}  // namespace glia::config
