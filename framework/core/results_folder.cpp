// SPDX-License-Identifier: MIT
#include "core/results_folder.hpp"

#include <system_error>

namespace glia {
namespace fs = std::filesystem;

std::optional<ResultsFolder> results_folder(const fs::path& path) {
  std::error_code ignored;
  const auto has = [&](const char* file) { return fs::exists(path / file, ignored); };
  const fs::path tidy = path.lexically_normal();
  const fs::path folder = tidy.has_filename() ? tidy : tidy.parent_path();
  if (has("plan.json") && (has("sweep.sqlite") || has("sweep.json"))) {
    return ResultsFolder{folder, ResultsFolder::Kind::sweep};
  }
  if (has("resolved.toml") && (has("plan.json") || has("run.json"))) {  // kept trials have no plan
    return ResultsFolder{folder, ResultsFolder::Kind::run};
  }
  return std::nullopt;
}

std::optional<ResultsFolder> find_results_folder(const std::string& name) {
  if (auto found = results_folder(name)) return found;
  return results_folder(fs::path("runs") / name);
}

}  // namespace glia
