// SPDX-License-Identifier: MIT
#include "train/load_data.hpp"

#include "core/at_work.hpp"
#include "core/log.hpp"
#include "graph/augmentation.hpp"
#include "graph/data_remarks.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <memory>

namespace glia::train {
namespace {

/// Orders of samples are made of 32-bit numbers.
constexpr std::int64_t most_samples = 0xFFFFFFFF;

}  // namespace

LoadedData load_data(const config::DatasetNode& node, const SampleSpec& spec) {
  const AtWork at_work(*node.use.plugin, std::chrono::seconds(30));
  LoadedData data{node.id, node.use.plugin->descriptor->make_dataset(node.use.values), spec};
  data.dataset->open();
  for (const Split split : {Split::train, Split::test}) {
    const std::int64_t size = data.size(split);
    if (size < 1) {
      throw Error(ErrorCode::data, fmt::format("the data set has no {} samples",
                                               split == Split::train ? "training" : "test"));
    }
    if (size > most_samples) {
      throw Error(ErrorCode::data,
                  fmt::format("the data set says that it has {} samples; at most {} can be used",
                              size, most_samples));
    }
  }
  for (const auto& remark : graph::data_remarks(node, data.dataset.get())) {
    log().warn("{}", remark);
  }
  keep_for_validation(node, data);
  if (!node.augment.empty()) data.augmenter = std::make_shared<graph::Augmenter>(node, spec);
  return data;
}

void keep_for_validation(const config::DatasetNode& node, LoadedData& data) {
  if (node.validation == 0) return;
  keep_for_validation(data, node.validation, static_cast<std::uint64_t>(node.validation_seed));
}

}  // namespace glia::train
