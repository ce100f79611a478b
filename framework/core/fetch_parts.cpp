// SPDX-License-Identifier: MIT
#include "core/fetch_parts.hpp"

#include "core/fetch.hpp"
#include "core/hash.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <random>
#include <string>
#include <system_error>

namespace glia {
namespace fs = std::filesystem;
namespace {

/// "images.0123abcd.", which the names of the parts of one URL begin with.
std::string part_prefix(const DataFile& file, const std::string& url) {
  return file.name + '.' + sha256_hex(url).substr(0, 8) + '.';
}

}  // namespace

std::optional<fs::path> part_path(const DataFile& file, const fs::path& folder,
                                  const std::string& url) {
  const std::string prefix = part_prefix(file, url);
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(".part")) continue;
    struct stat found {};
    if (::lstat(it->path().c_str(), &found) != 0 || !S_ISREG(found.st_mode)) continue;
    if (found.st_uid == ::geteuid() && found.st_nlink == 1) return it->path();
  }
  return std::nullopt;
}

fs::path new_part(const DataFile& file, const fs::path& folder, const std::string& url) {
  thread_local std::random_device chance;
  const auto number = std::uint64_t{chance()} << 32 | chance();
  return folder / (part_prefix(file, url) + std::to_string(number) + ".part");
}

}  // namespace glia
