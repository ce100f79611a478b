// SPDX-License-Identifier: MIT
#include "pipelines.hpp"

#include "config/template.hpp"
#include "fuzz.hpp"
#include "support.hpp"
#include "sweep/expansion.hpp"

#include <limits>

namespace fuzz {
namespace {

using namespace glia;

/// Whether laying it out takes a moment only: more than that is what `sweep` itself would do.
bool is_small(const config::SweepSpec& sweep) {
  constexpr std::size_t most = 5000;
  std::size_t points = sweep.seeds.size();
  for (const auto& block : sweep.blocks) {
    for (const auto& group : block.groups) {
      if (!group.empty()) points *= group[0].values.size();
      if (points > most) return false;
    }
  }
  const auto samples = sweep.sampler_settings.find("samples");
  return points <= most && sweep.sampler == "grid" &&
         (samples == sweep.sampler_settings.end() ||
          std::get<std::int64_t>(samples->second) <= static_cast<std::int64_t>(most));
}

}  // namespace

void read_pipeline(const std::string& text, const std::vector<std::string>& arguments) {
  const config::PipelineTemplate source(text, "f.toml", arguments, fake_catalog());
  if (source.sweep().given && is_small(source.sweep())) {
    answered([&] { sweep::expand(source.sweep()); });
  }
  const std::string resolved = source.make(std::vector<config::Setting>{}).resolved_toml();
  try {
    const config::PipelineTemplate again(resolved, "r.toml", {}, fake_catalog());
    require(again.make(std::vector<config::Setting>{}).resolved_toml() == resolved,
            "what was resolved resolves to something else");
  } catch (const Error& e) {
    finding(std::string("what was resolved cannot be read: ") + e.what());
  }
}

}  // namespace fuzz
