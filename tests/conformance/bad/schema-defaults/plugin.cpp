// SPDX-License-Identifier: MIT
// Cannot be made from its own defaults.
#include "../bad.hpp"

#include <stdexcept>

namespace {

struct Config {
  std::string file;
};

constexpr auto schema =
    glia::schema<Config>(glia::field(&Config::file, "file").doc("Where the weights come from."));

class Bad final : public bad::Wave {
 public:
  explicit Bad(const Config& c) : Wave({}) {
    if (c.file.empty()) throw std::runtime_error("cannot open ''");
  }
};

}  // namespace

BAD_PLUGIN(glia::wave_layer<Bad>("bad", schema, "A layer with one fault."))
