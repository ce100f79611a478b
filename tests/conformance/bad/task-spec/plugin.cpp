// SPDX-License-Identifier: MIT
// A score by baselines that it does not have.
#include "../task.hpp"

namespace {

class Bad final : public bad::Guess<> {
 public:
  using Guess::Guess;

  glia::TaskSpec spec() const override {
    auto spec = Guess::spec();
    spec.score = {{"wrong", "right"}};
    return spec;
  }
};

}  // namespace

BAD_PLUGIN(bad::task<Bad>())
