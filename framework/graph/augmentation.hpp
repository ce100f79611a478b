// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "core/described.hpp"
#include "core/registry.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/random.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace glia::graph {

/// Changes one sample [features] where it lies. `random` belongs to this sample, epoch and step of
/// the chain alone. Pure but for that. [thread-safe]
using Change = std::function<void(std::span<float> sample, RandomStream& random)>;

/// How an augmentation is declared: one file in augmentations/ each.
struct AugmentationEntry : Declared {
  static constexpr const char* kind = "augmentation";
  /// For samples of this form; Error (configuration) if they cannot be changed so. `settings` hold
  /// at least the declared fields.
  std::function<Change(const ValueMap& settings, const SampleSpec& samples)> make;
};

/// What a step of a chain does. Error (configuration) if it cannot be done to such samples.
Change make_change(const config::AugmentationSpec& step, const SampleSpec& samples);

/// The chain of a data set. What happens to a sample follows from seed, data set, epoch and the
/// sample's number alone, whatever the threads and batches. [const, thread-safe]
class Augmenter {
 public:
  Augmenter(const config::DatasetNode& dataset, const SampleSpec& samples);

  bool empty() const { return changes_.empty(); }

  /// Changes samples `numbers`, as the data set's plugin counts them, lying in `rows`
  /// [numbers, features].
  void apply(std::uint64_t seed, std::int64_t epoch, std::span<const std::int64_t> numbers,
             std::span<float> rows) const;

 private:
  std::string stream_;
  std::vector<Change> changes_;
};

/// What results depend on that were trained on augmented samples; empty for an empty chain.
std::string identity_of(const std::vector<config::AugmentationSpec>& chain);

/// Height and width of samples that are pictures: [h, w], or [w] as one row of a height of 1. Error
/// (configuration) for any other shape, naming `augmentation`.
struct PictureForm {
  std::int64_t height = 1, width = 1;
};
PictureForm picture_form(const SampleSpec& samples, const std::string& augmentation);

/// An entry for a function make(Config, SampleSpec) -> Change.
template <class SettingsSchema, class Make>
AugmentationEntry augmentation(const char* name, const SettingsSchema& schema, const char* doc,
                               Make make) {
  auto entry = described<AugmentationEntry>(name, schema, doc);
  entry.make = [schema, make](const ValueMap& settings, const SampleSpec& samples) -> Change {
    return make(schema.parse(settings), samples);
  };
  return entry;
}

}  // namespace glia::graph

namespace glia {
template <>
Registry<graph::AugmentationEntry>& Registry<graph::AugmentationEntry>::all();
}  // namespace glia
