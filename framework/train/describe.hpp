// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"

#include <string>

namespace glia::train {

/// "vae 1.0.0: hidden = 400, z_features = 20": a node as error messages name it.
inline std::string describe(const config::PluginUse& use) {
  std::string text = use.plugin->descriptor->id + ' ' + use.plugin->version;
  const char* separator = ": ";
  for (const auto& [name, value] : use.values) {
    text += separator + name + " = " + to_text(value);
    separator = ", ";
  }
  return text;
}

}  // namespace glia::train
