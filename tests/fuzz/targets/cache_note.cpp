// SPDX-License-Identifier: MIT
// A note in a cache: it names its own file and no other, and nothing else is touched.
#include "core/cache.hpp"
#include "fuzz.hpp"

#include <fstream>

namespace fs = std::filesystem;

FUZZ_TARGET(cache_note) {
  static const fs::path folder = fuzz::file_of("", "beside").parent_path() / "cache";
  static const std::string key(64, 'a');
  static const glia::Cache cache(folder);
  cache.prepare();
  fs::permissions(folder, fs::perms::owner_all);
  std::ofstream(folder / "notes" / (key + ".json"), std::ios::binary) << bytes;
  std::ofstream(folder / "files" / key) << "what is cached";
  for (const auto& entry : cache.entries()) fuzz::require(entry.key == key, "another key");
  cache.find(key);
  cache.verify();
  fuzz::require(fs::exists(folder.parent_path() / "beside"), "a file beside the cache is gone");
}
