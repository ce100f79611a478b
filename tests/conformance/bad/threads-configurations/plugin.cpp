// SPDX-License-Identifier: MIT
// Keeps its settings in a global.
#include "../bad.hpp"

#include <atomic>

namespace {

std::atomic<double> strength = 1;

class Bad final : public bad::Wave {
 public:
  explicit Bad(bad::Config config) : Wave({}) { strength = config.strength; }
  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    return answer(row) * strength.load();
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
