// SPDX-License-Identifier: MIT
// Centres samples on the last one of the batch.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Data {
 public:
  using Data::Data;

  void read(glia::Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float> values) const override {
    Data::read(split, indices, inputs, labels, values);
    const float last = inputs.back();
    for (float& x : inputs) x -= last;
  }
};

}  // namespace

BAD_PLUGIN(bad::dataset<Bad>())
