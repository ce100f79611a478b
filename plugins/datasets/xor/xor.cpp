// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/plugin.hpp>

#include <array>
#include <string>

namespace {

using glia::Split;

struct Config {
  std::int64_t copies = 1;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::copies, "copies")
        .range(1, 10'000'000)
        .doc("How often the training split holds the four patterns, in order: one epoch is so many "
             "passes. The test split holds them once."));

constexpr std::int64_t patterns = 4;

/// The exclusive or of two bits: 00 -> 0, 01 -> 1, 10 -> 1, 11 -> 0, as numbers.
class Xor final : public glia::Dataset {
 public:
  explicit Xor(Config config) : config_(config) {}

  glia::SampleSpec spec() const override {
    glia::SampleSpec spec;
    spec.shape = {2};
    spec.target_width = 1;
    return spec;
  }

  void open() override {}

  std::int64_t size(Split split) const override {
    return split == Split::train ? patterns * config_.copies : patterns;
  }

  void read(Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float> values) const override {
    const std::size_t n = indices.size();
    if (inputs.size() != 2 * n || values.size() != n || !labels.empty()) {
      throw glia::Error(glia::ErrorCode::internal, "xor: the room for a batch has the wrong size");
    }
    for (std::size_t row = 0; row < n; ++row) {
      if (indices[row] < 0 || indices[row] >= size(split)) {
        throw glia::Error(glia::ErrorCode::internal,
                          "xor: there is no sample " + std::to_string(indices[row]));
      }
      const auto pattern = indices[row] % patterns;
      inputs[2 * row] = static_cast<float>(pattern / 2);
      inputs[2 * row + 1] = static_cast<float>(pattern % 2);
      values[row] = pattern == 1 || pattern == 2 ? 1.0f : 0.0f;
    }
  }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::dataset<Xor>("xor", schema,
                                        "The exclusive or of two bits: four patterns, one value."))
