// SPDX-License-Identifier: MIT
// Throws what does not say whose mistake it is.
#include "../bad.hpp"

#include <stdexcept>

namespace {

class Bad final : public bad::Head {
 public:
  using Head::Head;

  void check(std::int64_t in, const glia::SampleSpec& data) const override {
    if (in != data.classes) throw std::invalid_argument("bad shape");
  }
};

}  // namespace

BAD_PLUGIN(bad::head<Bad>())
