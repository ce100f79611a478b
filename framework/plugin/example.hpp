// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/plugin.hpp>

#include <string>

namespace glia::plugin {

/// The kind as one word, for names and JSON: "dataset", "encoder", "wave_layer",
/// "activation", "head".
const char* kind_key(PluginKind kind);

/// "wave_layer/slide".
std::string subject_name(const Descriptor& descriptor);

/// A legal value for every parameter: its default, or a guess within the range if it has none.
ValueMap example_values(const Descriptor& descriptor);

/// TOML that uses the plugin, every parameter written out.
std::string example_toml(const Descriptor& descriptor);

}  // namespace glia::plugin
