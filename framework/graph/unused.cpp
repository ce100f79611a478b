// SPDX-License-Identifier: MIT
#include "graph/unused.hpp"

#include "graph/data_remarks.hpp"
#include "graph/devices.hpp"

#include <glia/sdk/encoder.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace glia::graph {
namespace {

using config::Block;
using config::Step;

/// An activation at the end of a pattern, and how often what holds it is passed at least.
struct Trailing {
  const Step* step;
  std::int64_t passes;
};

/// The activations behind the last wave of a block, the last one first. A block that is repeated up
/// to a width may be passed once.
std::vector<Trailing> trailing(const Block& block, std::int64_t passes) {
  std::vector<Trailing> all;
  if (block.skip) return all;  // what is added behind it hears it
  passes *= block.repeat.value_or(1);
  for (auto step = block.pattern.rbegin(); step != block.pattern.rend(); ++step) {
    if (step->kind == Step::Kind::wave) break;
    if (step->kind == Step::Kind::block) {
      const auto inner = trailing(step->block, passes);
      all.insert(all.end(), inner.begin(), inner.end());
      break;
    }
    all.push_back({&*step, passes});
  }
  return all;
}

bool repeats_to_a_width(const Block& block) {
  return block.narrow_to || block.widen_to ||
         std::any_of(block.pattern.begin(), block.pattern.end(), [](const Step& step) {
           return step.kind == Step::Kind::block && repeats_to_a_width(step.block);
         });
}

/// An activation that acts between rows is none of these, though its last time is left out too.
void add_left_out(const config::NetworkNode& network, const NetworkLayout& layout,
                  Diagnostics& found) {
  if (network.in_time() || network.keep_last_activation) return;
  const bool to_a_width = repeats_to_a_width(network.block);
  for (const auto& [step, passes] : trailing(network.block, 1)) {
    if (!step->activation.plugin) continue;
    const std::string& name = step->activation.plugin->descriptor->id;
    const bool acts = std::any_of(layout.rows.begin(), layout.rows.end(),
                                  [&](const Row& row) { return row.step.name == name; });
    if (acts && (passes > 1 || to_a_width)) continue;
    found.error(step->source,
                fmt::format("activation '{}' comes after the last wave of network '{}' and is left "
                            "out: what reads the row hears what the wave left",
                            name, network.id),
                fmt::format("to keep it, write keep_last_activation = true in [network.{}]; else "
                            "leave it out",
                            network.id));
  }
}

/// 'train' of an encoder that is not trained.
void add_untrained(const config::EncoderNode& encoder, Diagnostics& found) {
  // Of a table that is given this is its place, or that of a key in it.
  const Source& place = encoder.train.device_source;
  if (place == encoder.source || !encoder.use.plugin) return;
  const auto& make = encoder.use.plugin->descriptor->make_encoder;
  if (!make || make(encoder.use.values)->trainable()) return;
  found.error(place,
              fmt::format("'train' does nothing in encoder '{}': a '{}' is not trained by steps",
                          encoder.id, encoder.use.plugin->descriptor->id),
              "leave it out");
}

}  // namespace

std::vector<Diagnostic> warnings_of(const config::PipelineSpec& spec, const Shapes& shapes) {
  Diagnostics found = missing_devices(spec);
  for (const auto& node : spec.datasets) {
    for (const auto& remark : data_remarks(node)) found.error(node.source, remark);
  }
  for (const auto& encoder : spec.encoders) add_untrained(encoder, found);
  for (const auto& network : spec.networks) {
    const auto layout = shapes.networks.find(network.id);
    if (layout != shapes.networks.end()) add_left_out(network, layout->second, found);
  }
  return found.sorted();
}

}  // namespace glia::graph
