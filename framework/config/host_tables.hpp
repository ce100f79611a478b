// SPDX-License-Identifier: MIT
#pragma once

#include "config/tables/damage.hpp"
#include "config/tables/dataset.hpp"
#include "config/tables/encoder.hpp"
#include "config/tables/head.hpp"
#include "config/tables/network.hpp"
#include "config/tables/pipeline.hpp"
#include "config/tables/train.hpp"
#include "core/registry.hpp"

#include <glia/sdk/plugin.hpp>
#include <glia/sdk/schema.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glia::config {

// What the host itself reads, declared by the same mechanism as a plugin's parameters: one struct
// and its schema per table in config/tables/. Everything else follows from the declaration: checks,
// resolved.toml, `glia config`, identity of stages, editor schema, completion, reference.

/// A key whose value is a table or a list of steps, and so no field.
struct Section {
  std::string name;
  std::string doc;
};

/// One table of the file: everything that it may hold besides its plugin's fields.
struct HostTable {
  std::string name;  ///< "encoder"
  std::string doc;
  std::vector<FieldSpec> fields;
  std::vector<Section> sections{};
  std::optional<PluginKind> plugin{};  ///< whose fields it holds too
  /// Fields whose value is the name of something declared of the kind of the same name
  /// ("optimizer", see core/registry.hpp): what is chosen brings settings of its own into the
  /// table.
  std::vector<std::string> selections{};
  /// Fields that hold names of things declared of a kind, without settings: field -> kind.
  std::map<std::string, std::string> names{};
  /// Fields whose default follows from somewhere else: resolved.toml leaves it open too.
  std::vector<std::string> inherited{};
  /// Rules over several fields.
  std::function<std::vector<std::string>(const ValueMap&)> violations{};

  /// Names of all fields and sections.
  std::vector<std::string> keys() const;
};

const HostTable& pipeline_table();
const HostTable& dataset_table();
const HostTable& encoder_table();
const HostTable& network_table();
const HostTable& step_table();        ///< a step that is a wave layer, or a pattern
const HostTable& activation_table();  ///< a step that is an activation
const HostTable& head_table();
const HostTable& train_table();
const HostTable& damage_table();

/// Names of the tables at the top of a file.
const std::vector<std::string>& top_level_tables();

}  // namespace glia::config
