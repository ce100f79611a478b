// SPDX-License-Identifier: MIT
// Choices of a number, which nobody enforces.
#include "../bad.hpp"

namespace {

struct Config {
  std::int64_t taps = 3;
};

constexpr auto schema =
    glia::schema<Config>(glia::field(&Config::taps, "taps").doc("Cells that each one hears."));

class Bad final : public bad::Wave {
 public:
  explicit Bad(Config) : Wave({}) {}
};

/// What the schema itself no longer compiles.
glia::Descriptor with_choices() {
  auto descriptor = glia::wave_layer<Bad>("bad", schema, "A layer with one fault.");
  descriptor.fields[0].choices = {"3", "5"};
  return descriptor;
}

}  // namespace

BAD_PLUGIN(with_choices())
