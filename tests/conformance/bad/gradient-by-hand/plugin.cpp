// SPDX-License-Identifier: MIT
// A gradient by hand that forgets a factor of two.
#include "../scale.hpp"

namespace {

class Bad final : public bad::Scale {
 public:
  using Scale::Scale;

  std::optional<double> gradients(const at::Tensor& inputs, glia::RandomStream& random,
                                  const std::vector<at::Tensor>& gradients) override {
    const auto sum = Scale::gradients(inputs, random, gradients);
    at::NoGradGuard no_grad;
    at::Tensor(gradients[0]).mul_(0.5);
    return sum;
  }
};

}  // namespace

BAD_PLUGIN(glia::encoder<Bad>("bad", bad::schema, "An encoder with one fault."))
