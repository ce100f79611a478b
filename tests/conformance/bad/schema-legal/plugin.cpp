// SPDX-License-Identifier: MIT
// Zero is declared legal and is not.
#include "../bad.hpp"

#include <stdexcept>

namespace {

struct Config {
  double sigma = 1;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::sigma, "sigma").at_least(0).doc("Width of the blur."));

class Bad final : public bad::Wave {
 public:
  explicit Bad(Config c) : Wave({}) {
    if (c.sigma == 0) throw std::runtime_error("division by zero");
  }
};

}  // namespace

BAD_PLUGIN(glia::wave_layer<Bad>("bad", schema, "A layer with one fault."))
