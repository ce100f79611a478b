// SPDX-License-Identifier: MIT
// Networks of the real plugins with the golden files' parameters in them.
#pragma once

#include "core/files.hpp"
#include "plugin/registry.hpp"
#include "wave/network.hpp"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace golden {

using nlohmann::json;

inline json read(const std::string& name) {
  return json::parse(glia::read_file(std::string(GLIA_SOURCE_DIR) + "/tests/golden/" + name));
}

inline at::Tensor tensor(const json& j) {
  if (!j.is_array()) return at::scalar_tensor(j.get<double>(), at::kDouble);
  std::vector<at::Tensor> parts;
  for (const auto& part : j) parts.push_back(tensor(part));
  return at::stack(parts);
}

inline double difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

/// The plugin's layer under the published semantics.
inline std::shared_ptr<glia::Layer> layer(const std::string& kind, bool bias = true) {
  const auto& catalog = glia::plugin::load_plugins({GLIA_BINARY_DIR "/lib/glia/plugins"});
  glia::ValueMap values{{"semantics", std::string("published")}};
  if (!bias) values["bias"] = std::string("none");
  return catalog.find(glia::PluginKind::wave_layer, kind)->descriptor->make_wave_layer(values);
}

/// Indices of the layer's taps in a flattened dense [out, in] matrix.
inline at::Tensor tap_positions(const glia::Layer& layer, std::int64_t in) {
  const auto s = static_cast<const glia::StencilLayer&>(layer).stencil(in);
  std::vector<std::int64_t> positions;
  for (std::int64_t j = 0; j < s.out; ++j) {
    for (auto t = s.first[static_cast<std::size_t>(j)];
         t < s.first[static_cast<std::size_t>(j) + 1]; ++t) {
      positions.push_back(j * in + s.taps[static_cast<std::size_t>(t)]);
    }
  }
  return at::tensor(positions);
}

}  // namespace golden
