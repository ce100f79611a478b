// SPDX-License-Identifier: MIT
#pragma once

#include "config/host_tables.hpp"
#include "config/pipeline.hpp"
#include "config/tables/policy.hpp"

namespace glia::policy {

/// The `train = { ... }` table of [policy.ID].
const config::HostTable& train_table();

/// What the table of a policy says, checked.
struct PolicyTrain : config::PolicyTrainKeys {
  ValueMap settings{};  ///< what method and optimizer declare, complete
};
PolicyTrain train_of(const config::TableNode& policy);

}  // namespace glia::policy
