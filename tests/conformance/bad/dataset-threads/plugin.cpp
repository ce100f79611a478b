// SPDX-License-Identifier: MIT
// One reading position for everybody.
#include "../bad.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace {

class Bad final : public bad::Data {
 public:
  using Data::Data;

  void read(glia::Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float> values) const override {
    at_ = indices[0];
    Data::read(split, indices, inputs, labels, values);
    std::this_thread::sleep_for(std::chrono::microseconds(50));
    inputs[0] += static_cast<float>(at_ - indices[0]);
  }

 private:
  mutable std::atomic<std::int64_t> at_ = 0;
};

}  // namespace

BAD_PLUGIN(bad::dataset<Bad>())
