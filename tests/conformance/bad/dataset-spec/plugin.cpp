// SPDX-License-Identifier: MIT
// Two names for three classes.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Data {
 public:
  using Data::Data;

  glia::SampleSpec spec() const override { return {{4}, 3, 0, {"left", "right"}}; }
};

}  // namespace

BAD_PLUGIN(bad::dataset<Bad>())
