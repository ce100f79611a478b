// SPDX-License-Identifier: MIT
// A required parameter whose placeholder breaks a rule.
#include "../bad.hpp"

namespace {

struct Config {
  std::string site;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::site, "site").required().doc("Where the cells were recorded."),
    glia::rule<Config>([](const Config& c) -> const char* {
      return c.site.starts_with("CA") ? nullptr : "there is no such site";
    }));

class Bad final : public bad::Wave {
 public:
  explicit Bad(Config) : Wave({}) {}
};

}  // namespace

BAD_PLUGIN(glia::wave_layer<Bad>("bad", schema, "A layer with one fault."))
