// SPDX-License-Identifier: MIT
// A rule that throws.
#include "../bad.hpp"

#include <stdexcept>

namespace {

struct Config {
  std::int64_t cells = 3;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::cells, "cells").range(0, 9).doc("Cells that fire together."),
    glia::rule<Config>([](const Config& c) -> const char* {
      if (c.cells == 0) throw std::runtime_error("no cells");
      return nullptr;
    }));

class Bad final : public bad::Wave {
 public:
  explicit Bad(Config) : Wave({}) {}
};

}  // namespace

BAD_PLUGIN(glia::wave_layer<Bad>("bad", schema, "A layer with one fault."))
