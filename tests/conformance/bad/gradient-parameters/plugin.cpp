// SPDX-License-Identifier: MIT
// A parameter that takes no part.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  void build(std::int64_t in, glia::ParameterSet& parameters) override {
    Wave::build(in, parameters);
    parameters.add("forgotten", {in}, glia::Init::normal(1));
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
