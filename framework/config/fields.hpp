// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"
#include "config/pipeline.hpp"

#include <glia/sdk/schema.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glia::config {

/// What every check has at hand: plugins to look up, and where to put findings and settings.
struct Reading {
  const Catalog& catalog;
  Diagnostics& problems;
  std::vector<Resolved>& settings;
  std::uint64_t seed = 1;  ///< the pipeline's, as soon as it is known
  /// Nodes that others train (`NodeKind::trains`), by id, with who trains them.
  std::map<std::string, std::string> trained_by{};
};

/// A table on its way into the spec.
struct Table {
  const Item* item = nullptr;
  Source source;     ///< of its name, or of itself in a list
  std::string path;  ///< "encoder.latent.train"

  const Member* find(std::string_view key) const { return item->find(key); }
  /// Where to look for what its keys do together: at the last argument that set one of them, as the
  /// file was right before; else where the table is.
  Source blame() const;
  /// Of a node: the last part of its path.
  std::string id() const { return path.substr(path.rfind('.') + 1); }
};

/// The value as `spec` wants it, or nothing after reporting what is wrong with it.
std::optional<Value> check_value(const Item& item, const FieldSpec& spec, Diagnostics& problems);

/// Checked values of a table's fields.
struct FieldValues {
  ValueMap values;  ///< complete: the default stands in for what is missing or wrong
  bool ok = true;   ///< nothing was missing or wrong
};

/// Reads `fields` and notes each as a setting; what the table lacks is looked up in `fallback`,
/// and then in the field's default. Texts named in `lists` may be lists of texts too. Keys that are
/// no field are left alone.
FieldValues read_fields(const Table& table, const std::vector<FieldSpec>& fields, Reading& reading,
                        const Item* fallback = nullptr,
                        const std::vector<std::string>* lists = nullptr);

/// Reports every key of the table that is not `known`.
void refuse_unknown_keys(const Table& table, const std::vector<std::string>& known,
                         Diagnostics& problems);

/// The table under `member`, or nothing after reporting that it is something else.
std::optional<Table> as_table(const Member& member, const std::string& path, Diagnostics& problems);

}  // namespace glia::config
