// SPDX-License-Identifier: MIT
#pragma once

#include "plugin/registry.hpp"

#include <string>
#include <vector>

namespace glia::cli {

/// Plugins as a table, then the refused files and why.
std::string list_text(const plugin::Registry& registry);

/// {"plugins":  [{"kind", "id", "version", "doc", "file"}],
///  "refused":  [{"file", "reason", "hint", "duplicate"}],
///  "searched": [{"folder", "origin", "problem"}]}          problem: "" if there is none
std::string list_json(const plugin::Registry& registry);

/// Identity, parameters and an example of each.
std::string inspect_text(const std::vector<const CatalogEntry*>& entries);

/// {"plugins": [{"kind", "id", "version", "doc", "file", "fingerprint",
///               "parameters": [{"name", "type", "required", "default", "min", "max", "min_open",
///                               "max_open", "choices", "unit", "doc"}],
///               "files": [{"name", "sha256", "urls"}], "example"}]}
/// default: null if required; min, max: null if there is none; an open bound is itself refused.
/// Infinite and NaN defaults are the texts "inf", "-inf" and "nan".
std::string inspect_json(const std::vector<const CatalogEntry*>& entries);

/// {"plugins": [], "refused": [{"file", "reason", "hint", "duplicate",
///                              "comparison": [{"field", "host", "plugin"}]}]}
/// comparison: what the file was built for against this program; empty if the file does not say.
std::string refusal_json(const plugin::Refusal& refused);

/// A page about one plugin, in Markdown: parameters, files, an example.
std::string page_markdown(const CatalogEntry& entry);

/// The page that leads to all others; each is called "<kind>-<id>.md".
std::string index_markdown(const std::vector<const CatalogEntry*>& entries);
std::string page_name(const CatalogEntry& entry);

}  // namespace glia::cli
