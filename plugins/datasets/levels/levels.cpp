// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/random.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace {

using glia::Split;

struct Config {
  std::int64_t levels = 16;
  std::int64_t train = 10000;
  std::int64_t test = 10000;
  std::int64_t seed = 1;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::levels, "levels")
        .range(2, 1000)
        .doc("Equal parts of the numbers that are drawn; a sample's label is the part that it lies "
             "in."),
    glia::field(&Config::train, "train").range(1, 1e7).doc("Samples to train on."),
    glia::field(&Config::test, "test").range(1, 1e7).doc("Samples to test on, drawn anew."),
    glia::field(&Config::seed, "seed")
        .at_least(0)
        .doc("The samples follow from it, whatever the pipeline's seed."));

/// One number, uniform, of mean 0 and variance 1 (between -1.73 and 1.73), and which of equal parts
/// it lies in: how much of an analogue value gets through something.
class Levels final : public glia::Dataset {
 public:
  explicit Levels(Config config) : config_(config) {}

  glia::SampleSpec spec() const override {
    glia::SampleSpec spec;
    spec.shape = {1};
    spec.classes = config_.levels;
    return spec;
  }

  void open() override {
    for (const Split split : {Split::train, Split::test}) {
      auto& drawn = drawn_[split == Split::test];
      drawn.resize(static_cast<std::size_t>(size(split)));
      glia::RandomStream random(static_cast<std::uint64_t>(config_.seed), "levels",
                                split == Split::test);
      random.uniform(std::span(drawn), 0, 1);
    }
  }

  std::int64_t size(Split split) const override {
    return split == Split::train ? config_.train : config_.test;
  }

  void read(Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float> values) const override {
    if (inputs.size() != indices.size() || labels.size() != indices.size() || !values.empty()) {
      throw glia::Error(glia::ErrorCode::internal,
                        "levels: the room for a batch has the wrong size");
    }
    for (std::size_t row = 0; row < indices.size(); ++row) {
      if (indices[row] < 0 || indices[row] >= size(split)) {
        throw glia::Error(glia::ErrorCode::internal,
                          "levels: there is no sample " + std::to_string(indices[row]));
      }
      const float u = drawn_[split == Split::test][static_cast<std::size_t>(indices[row])];
      const auto part = static_cast<std::int64_t>(u * static_cast<float>(config_.levels));
      inputs[row] = (2 * u - 1) * widest;
      labels[row] = std::min(part, config_.levels - 1);
    }
  }

 private:
  static constexpr float widest = 1.7320508F;  // root of 3: variance 1

  Config config_;
  std::array<std::vector<float>, 2> drawn_;  ///< to train on, to test on
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::dataset<Levels>("levels", schema,
                                           "A number of mean 0 and variance 1, and which of equal "
                                           "parts it lies in."))
