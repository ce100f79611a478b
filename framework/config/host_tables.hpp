// SPDX-License-Identifier: MIT
#pragma once

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

struct HostTable;

/// A key whose value is a table or a list of steps, and so no field.
struct Section {
  enum class Holds {
    table,     ///< that of `table`
    steps,     ///< a pattern
    defaults,  ///< values of fields of wave layers
    tables     ///< a list of tables, each like `table`
  };
  std::string name;
  std::string doc;
  Holds holds = Holds::table;
  const HostTable& (*table)() = nullptr;
};

/// One table of the file: everything that it may hold besides its plugin's fields.
struct HostTable {
  std::string name;  ///< "encoder"
  std::string doc;
  std::vector<FieldSpec> fields;
  std::vector<Section> sections{};
  std::string key{};  ///< of a section's table: what the section is called, if not like the table
  std::optional<PluginKind> plugin{};  ///< whose fields it holds too
  /// Fields whose value is the name of something declared of the kind of the same name
  /// ("optimizer", see core/registry.hpp): what is chosen brings settings of its own into the
  /// table.
  std::vector<std::string> selections{};
  /// Fields that hold names of things declared of a kind, without settings: field -> kind.
  std::map<std::string, std::string> names{};
  /// Fields whose default follows from somewhere else: resolved.toml leaves it open too.
  std::vector<std::string> inherited{};
  /// Fields of texts that may also be given as a list of two or more.
  std::vector<std::string> lists{};
  /// Rules over several fields.
  std::function<std::vector<std::string>(const ValueMap&)> violations{};

  /// Names of all fields and sections.
  std::vector<std::string> keys() const;
};

/// A table as a schema declares it.
template <class Schema>
HostTable table_of(const Schema& schema, const char* name, const char* doc) {
  HostTable table{.name = name, .doc = doc, .fields = schema.fields()};
  table.violations = [schema](const ValueMap& values) { return schema.violations(values); };
  return table;
}

/// Adds to what fields that name declared things may hold, with what each choice means.
void offer_choices(HostTable& table);

const HostTable& pipeline_table();
const HostTable& step_table();        ///< a step that is a wave layer, or a pattern
const HostTable& activation_table();  ///< a step that is an activation
const HostTable& train_table();
/// The section of a node that is trained.
Section train_section();

/// The tables that sections of nodes hold, each once.
const std::vector<const HostTable*>& section_tables();

/// Names of the tables at the top of a file.
const std::vector<std::string>& top_level_tables();

}  // namespace glia::config
