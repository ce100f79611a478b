// SPDX-License-Identifier: MIT
// Starts again at the end.
#include "../bad.hpp"

#include <vector>

namespace {

class Bad final : public bad::Data {
 public:
  using Data::Data;

  void read(glia::Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float> values) const override {
    std::vector<std::int64_t> wrapped(indices.begin(), indices.end());
    for (auto& i : wrapped) i = (i + size(split)) % size(split);
    Data::read(split, wrapped, inputs, labels, values);
  }
};

}  // namespace

BAD_PLUGIN(bad::dataset<Bad>())
