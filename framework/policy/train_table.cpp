// SPDX-License-Identifier: MIT
#include "policy/train_table.hpp"

namespace glia::policy {

const config::HostTable& train_table() {
  static const config::HostTable table = [] {
    auto made = config::table_of(config::policy_train_schema, "policy_train",
                                 "How a policy is trained: by the returns of episodes.");
    made.key = "train";
    made.selections = {"method", "optimizer"};
    offer_choices(made);
    return made;
  }();
  return table;
}

PolicyTrain train_of(const config::TableNode& policy) {
  PolicyTrain train;
  train.settings = policy.sections.at("train");
  static_cast<config::PolicyTrainKeys&>(train) = config::policy_train_schema.parse(train.settings);
  return train;
}

}  // namespace glia::policy
