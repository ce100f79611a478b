// SPDX-License-Identifier: MIT
// Nobody knows what sigma is.
#include "../bad.hpp"

namespace {

struct Config {
  double sigma = 1;
};

constexpr auto schema = glia::schema<Config>(glia::field(&Config::sigma, "sigma").at_least(0));

class Bad final : public bad::Wave {
 public:
  explicit Bad(Config) : Wave({}) {}
};

}  // namespace

BAD_PLUGIN(glia::wave_layer<Bad>("bad", schema, "A layer with one fault."))
