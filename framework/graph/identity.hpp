// SPDX-License-Identifier: MIT
// What a stage's result depends on, as canonical text.
#pragma once

#include "config/pipeline.hpp"

#include <initializer_list>
#include <string>

namespace glia::graph {

/// "name = value", a line.
std::string identity_line(const std::string& name, const std::string& value);
std::string identity_of(const ValueMap& values, const std::string& prefix = {});

/// With the library's own hash: whoever changes code need not think of the version.
std::string identity_of(const config::PluginUse& use);
std::string identity_of(const config::TrainSpec& train);
std::string identity_of(const config::Block& block);

/// The content of a node's file of weights, not its name: a file that is written anew is another
/// start. Error (configuration) at `place` if it cannot be read.
std::string identity_of_weights(const config::Node& node, const std::string& file,
                                const Source& place);

/// How a network or head starts; nothing where its table says nothing.
std::string identity_of_start(const config::Node& node, const config::StartKeys& keys,
                              const config::StartSources& places);

/// The host's keys of a node, but for those that `elsewhere` the planner puts where they count:
/// what is declared is part of the identity unless somebody says otherwise.
template <class Schema>
std::string identity_of(const Schema& schema, const typename Schema::config_type& keys,
                        std::initializer_list<const char*> elsewhere) {
  ValueMap values = schema.values(keys);
  for (const char* key : elsewhere) values.erase(key);
  return identity_of(values);
}

}  // namespace glia::graph
