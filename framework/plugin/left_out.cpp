// SPDX-License-Identifier: MIT
#include "plugin/left_out.hpp"

#include "plugin/elf_symbols.hpp"

#include <glia/sdk/error.hpp>

#include <link.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace glia::plugin {
namespace fs = std::filesystem;
namespace {

/// The names of the empty libraries, by the folder in which they lie.
std::vector<std::string> left_out_libraries() {
  std::vector<std::string> names;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* out) {
        const fs::path file = info->dlpi_name;
        if (file.parent_path().filename() == "left-out" &&
            file.string().find("/glia/") != std::string::npos) {
          static_cast<std::vector<std::string>*>(out)->push_back(file.filename().string());
        }
        return 0;
      },
      &names);
  return names;
}

}  // namespace

std::string left_out_library(const fs::path& file, const std::string& text) {
  const auto left_out = left_out_libraries();
  std::vector<fs::path> asking{file};
  if (text.starts_with('/')) asking.emplace_back(text.substr(0, text.find(": ")));
  for (const auto& library : asking) {
    try {
      for (auto& name : needed_libraries(library)) {
        if (std::find(left_out.begin(), left_out.end(), name) != left_out.end()) return name;
      }
    } catch (const Error&) {  // then it is not what has failed
    }
  }
  return {};
}

}  // namespace glia::plugin
