// SPDX-License-Identifier: MIT
// Choices of a number, which nobody enforces.
#include "../bad.hpp"

namespace {

struct Config {
  std::int64_t taps = 3;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::taps, "taps").choices("3", "5").doc("Cells that each one hears."));

class Bad final : public bad::Wave {
 public:
  explicit Bad(Config) : Wave({}) {}
};

}  // namespace

BAD_PLUGIN(glia::wave_layer<Bad>("bad", schema, "A layer with one fault."))
