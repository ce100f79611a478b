// SPDX-License-Identifier: MIT
// Plugins as the program finds them.
#pragma once

#include "plugin/registry.hpp"

#include <glia/sdk/encoder.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/plugin.hpp>

#include <string>

namespace parts {

inline const glia::Descriptor& descriptor(glia::PluginKind kind, const std::string& id) {
  static const auto& catalog = glia::plugin::load_plugins({GLIA_BINARY_DIR "/lib/glia/plugins"});
  const auto* entry = catalog.find(kind, id);
  if (!entry) throw std::runtime_error("no plugin " + id);
  return *entry->descriptor;
}

inline std::unique_ptr<glia::Dataset> dataset(const std::string& id, const glia::ValueMap& values) {
  return descriptor(glia::PluginKind::dataset, id).make_dataset(values);
}

inline std::unique_ptr<glia::Encoder> encoder(const std::string& id, const glia::ValueMap& values) {
  return descriptor(glia::PluginKind::encoder, id).make_encoder(values);
}

inline std::unique_ptr<glia::Head> head(const std::string& id, const glia::ValueMap& values) {
  return descriptor(glia::PluginKind::head, id).make_head(values);
}

/// What the Error says that `act` throws; "" if it throws none.
template <class Act>
std::string complaint(Act act) {
  try {
    act();
  } catch (const glia::Error& e) {
    return e.message() + (e.hint().empty() ? "" : " | " + e.hint());
  }
  return "";
}

}  // namespace parts
