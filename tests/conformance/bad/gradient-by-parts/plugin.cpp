// SPDX-License-Identifier: MIT
// Tells of the first half of its gradient only, whose parameters alone would learn.
#include "../scale.hpp"

#include <glia/sdk/gradient_parts.hpp>

namespace {

class Bad final : public bad::Scale, public glia::GradientByParts {
 public:
  using Scale::Scale;

  std::optional<double> gradients_by_parts(const at::Tensor& inputs, glia::RandomStream& random,
                                           const std::vector<at::Tensor>& gradients,
                                           glia::GradientListener& listener) override {
    const auto sum = this->gradients(inputs, random, gradients);
    listener.loss(*sum);
    listener.found(gradients[0].data_ptr<float>(), gradients[0].numel() / 2);
    return sum;
  }
};

}  // namespace

BAD_PLUGIN(glia::encoder<Bad>("bad", bad::schema, "An encoder with one fault."))
