// SPDX-License-Identifier: MIT
#include "core/folder_files.hpp"

#include "core/hash.hpp"

#include <glia/sdk/dataset.hpp>

#include <algorithm>

namespace glia {
namespace fs = std::filesystem;
namespace {

/// Whether `folder` is above `inner`: a link to it leads out and back in.
bool holds(const fs::path& folder, const fs::path& inner) {
  return std::mismatch(folder.begin(), folder.end(), inner.begin(), inner.end()).first ==
         folder.end();
}

}  // namespace

std::vector<fs::path> files_below(const fs::path& folder, std::error_code& error,
                                  std::size_t most) {
  std::vector<fs::path> files;
  std::error_code ignored;
  std::vector<fs::path> above{fs::canonical(folder, ignored)};  // of the entry that is looked at
  constexpr auto through_links = fs::directory_options::follow_directory_symlink;
  for (fs::recursive_directory_iterator it(folder, through_links, error), end; !error && it != end;
       it.increment(error)) {
    if (!it->is_directory(ignored)) {
      files.push_back(it->path());
      if (files.size() > most) break;
      continue;
    }
    above.resize(static_cast<std::size_t>(it.depth()) + 1);
    above.push_back(fs::canonical(it->path(), ignored));
    const bool again = std::count(above.begin(), above.end(), above.back()) > 1;
    if (again || holds(above.back(), above.front())) it.disable_recursion_pending();
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string identity_of_files(const fs::path& folder, const std::vector<fs::path>& files) {
  std::string text;
  for (const auto& file : files) {
    text += file.lexically_relative(folder).string() + ' ' + identity_of_file(file.string()) + '\n';
  }
  return sha256_hex(text);
}

}  // namespace glia
