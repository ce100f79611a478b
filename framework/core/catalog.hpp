// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/plugin.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace glia {

/// A loaded plugin's offer and where it came from.
struct CatalogEntry {
  const Descriptor* descriptor = nullptr;
  std::string version;  ///< of the plugin library
  std::string file;     ///< absolute path of the library
};

/// What is on offer, whoever loaded it: lets the layers below the loader look plugins up.
class GLIA_API Catalog {
 public:
  virtual ~Catalog();
  /// nullptr if there is none. [thread-safe]
  virtual const CatalogEntry* find(PluginKind kind, std::string_view id) const = 0;
  /// In order of kind, then id.
  virtual std::vector<const CatalogEntry*> all() const = 0;
};

}  // namespace glia
