// SPDX-License-Identifier: MIT
#include "graph/augmentation.hpp"

#include "graph/identity.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

namespace glia {

template <>
Registry<graph::AugmentationEntry>& Registry<graph::AugmentationEntry>::all() {
  static Registry registry;
  return registry;
}

}  // namespace glia

namespace glia::graph {

Change make_change(const config::AugmentationSpec& step, const SampleSpec& samples) {
  return Registry<AugmentationEntry>::all().at(step.augmentation).make(step.settings, samples);
}

Augmenter::Augmenter(const config::DatasetNode& dataset, const SampleSpec& samples)
    : stream_(dataset.id + "/augment") {
  for (const auto& step : dataset.augment) changes_.push_back(make_change(step, samples));
}

void Augmenter::apply(std::uint64_t seed, std::int64_t epoch, std::span<const std::int64_t> numbers,
                      std::span<float> rows) const {
  if (changes_.empty() || numbers.empty()) return;
  const std::size_t width = rows.size() / numbers.size();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    // Numbers of samples have 32 bits (see stage_runner.hpp), and so have those of epochs.
    const auto message =
        static_cast<std::uint64_t>(epoch) << 32 | static_cast<std::uint64_t>(numbers[i]);
    const RandomStream of_sample(seed, stream_, message);
    for (std::size_t step = 0; step < changes_.size(); ++step) {
      RandomStream random = of_sample.fork(step);
      changes_[step](rows.subspan(i * width, width), random);
    }
  }
}

std::string identity_of(const std::vector<config::AugmentationSpec>& chain) {
  std::string text;
  for (const auto& step : chain) {
    text += identity_line("augmentation", step.augmentation) +
            identity_of(step.settings, "augmentation.");
  }
  return text;
}

PictureForm picture_form(const SampleSpec& samples, const std::string& augmentation) {
  const auto& shape = samples.shape;
  if (shape.size() == 1) return {1, shape[0]};
  if (shape.size() == 2) return {shape[0], shape[1]};
  throw Error(
      ErrorCode::configuration,
      fmt::format("augmentation '{}' is for samples of one or two dimensions; these have {}",
                  augmentation, shape.size()),
      "leave it out, or give the data set as rows or as pictures of one channel");
}

}  // namespace glia::graph
