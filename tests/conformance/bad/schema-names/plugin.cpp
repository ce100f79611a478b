// SPDX-License-Identifier: MIT
// A parameter that a step of a pattern uses for something else.
#include "../bad.hpp"

namespace {

struct Config {
  std::string pattern = "hexagonal";
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::pattern, "pattern").doc("How the cells are laid out."));

class Bad final : public bad::Wave {
 public:
  explicit Bad(Config) : Wave({}) {}
};

}  // namespace

BAD_PLUGIN(glia::wave_layer<Bad>("bad", schema, "A layer with one fault."))
