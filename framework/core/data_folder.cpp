// SPDX-License-Identifier: MIT
#include "core/diagnostics.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <filesystem>

namespace glia {
namespace fs = std::filesystem;
namespace {

/// What keeps `folder` from being used, in a few words; empty if nothing does.
std::string obstacle(const std::string& folder, const std::vector<std::string>& names) {
  std::error_code ignored;
  const auto status = fs::status(folder, ignored);
  if (!fs::exists(status)) return "no such folder";
  if (!fs::is_directory(status)) return "not a folder";
  std::vector<std::string> missing;
  for (const auto& name : names) {
    if (!fs::exists(data_path(folder, name), ignored)) missing.push_back(name);
  }
  if (missing.empty()) return {};
  return missing.size() == names.size() ? "none of the files" : "lacks " + quoted_list(missing);
}

}  // namespace

std::string data_path(const std::string& folder, const std::string& name) {
  std::error_code ignored;
  const std::string plain = (fs::path(folder) / name).string();
  const bool packed_only = !fs::exists(plain, ignored) && fs::exists(plain + ".gz", ignored);
  return packed_only ? plain + ".gz" : plain;
}

std::string find_data(const std::string& set, const std::string& explicit_folder,
                      const std::vector<std::string>& names, const std::string& title,
                      const std::string& hint) {
  std::string tried;
  for (const auto& folder : data_folders(set, explicit_folder)) {
    const std::string problem = obstacle(folder, names);
    if (problem.empty()) return folder;
    tried += fmt::format("\n  {}: {}", folder, problem);
  }
  throw Error(ErrorCode::data,
              fmt::format("{} was not found; {}, plain or .gz, looked for in{}", title,
                          quoted_list(names), tried),
              hint);
}

}  // namespace glia
