// SPDX-License-Identifier: MIT
// Labels 0, 1 and 2 for two classes.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Data {
 public:
  using Data::Data;

  glia::SampleSpec spec() const override { return {{4}, 2}; }
};

}  // namespace

BAD_PLUGIN(bad::dataset<Bad>())
