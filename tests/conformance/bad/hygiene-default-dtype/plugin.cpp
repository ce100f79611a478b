// SPDX-License-Identifier: MIT
// Wants float64 everywhere.
#include "../bad.hpp"

#include <c10/core/DefaultDtype.h>

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    c10::set_default_dtype(caffe2::TypeMeta::Make<double>());
    return answer(row);
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
