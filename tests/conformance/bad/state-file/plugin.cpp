// SPDX-License-Identifier: MIT
// A name that is no UTF-8, and that no file can hold.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  void build(std::int64_t, glia::ParameterSet& parameters) override {
    weight_ = parameters.add("w\xff", {3}, glia::Init::normal(1));
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
