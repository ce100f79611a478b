// SPDX-License-Identifier: MIT
// What the deliberately bad libraries share.
#pragma once

#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <cstdlib>
#include <fstream>

namespace bad {

struct Config {
  std::string boundary = "open";
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::boundary, "boundary").choices("open", "ring").doc("What lies beyond."));

class Still final : public glia::StencilLayer {
 public:
  explicit Still(Config) {}
  glia::Stencil stencil(std::int64_t in) const override { return glia::Stencil::band(in, in, {0}); }
};

inline glia::Descriptor still(const char* id) {
  return glia::wave_layer<Still>(id, schema, "Nothing moves.");
}

/// Leaves a line in $GLIA_TEST_TRACE: proof that code of the library ran.
inline bool leave_trace() {
  if (const char* file = std::getenv("GLIA_TEST_TRACE")) {
    std::ofstream(file, std::ios::app) << "loaded\n";
  }
  return true;
}

}  // namespace bad

/// A plugin with a hand-written entry.
#define BAD_ENTRY(...)                                              \
  extern "C" {                                                      \
  GLIA_API extern char GLIA_FINGERPRINT_SYMBOL[1];                  \
  GLIA_API extern const ::glia::PluginEntry glia_entry;             \
  }                                                                 \
  __attribute__((used)) char GLIA_FINGERPRINT_SYMBOL[1] = {1};      \
  static const std::vector<::glia::Descriptor>& bad_descriptors() { \
    static const std::vector<::glia::Descriptor> all{               \
        bad::still("never_seen"),                                   \
    };                                                              \
    return all;                                                     \
  }                                                                 \
  __attribute__((used)) const ::glia::PluginEntry glia_entry = {__VA_ARGS__}
