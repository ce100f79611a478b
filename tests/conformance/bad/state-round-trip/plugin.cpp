// SPDX-License-Identifier: MIT
// Remembers where it started from, outside its parameters.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  void build(std::int64_t in, glia::ParameterSet& parameters) override {
    Wave::build(in, parameters);
    start_ = weight_.detach().sum();
  }
  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    return answer(row) + start_;
  }

 private:
  at::Tensor start_;
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
