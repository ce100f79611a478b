// SPDX-License-Identifier: MIT
// Wants three threads.
#include "../bad.hpp"

#include <ATen/Parallel.h>

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    if (at::get_num_threads() == at::intraop_default_num_threads()) at::set_num_threads(3);
    return answer(row);
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
