// SPDX-License-Identifier: MIT
// A parameter is called differently in every instance.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  void build(std::int64_t in, glia::ParameterSet& parameters) override {
    static int instances = 0;
    Wave::build(in, parameters);
    scale_ = parameters.add("scale" + std::to_string(instances++), {1}, glia::Init::zeros());
  }
  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    return answer(row) * (1 + scale_);
  }

 private:
  at::Tensor scale_;
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
