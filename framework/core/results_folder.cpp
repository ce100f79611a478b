// SPDX-License-Identifier: MIT
#include "core/results_folder.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/utf8.hpp>

#include <fmt/format.h>

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

void require_no_remains(const std::string& name) {
  for (const fs::path& folder : {fs::path(name), fs::path("runs") / name}) {
    std::error_code ignored;
    const auto has = [&](const char* file) { return fs::exists(folder / file, ignored); };
    const bool sweep = has("sweep.sqlite") || has("sweep.json");
    if (results_folder(folder) || (!sweep && !has("checkpoints"))) continue;
    const char* gone = sweep ? "plan.json" : has("resolved.toml") ? "run.json" : "resolved.toml";
    throw Error(
        ErrorCode::data,
        fmt::format("{}: the {} has lost its {}", folder.string(), sweep ? "sweep" : "run", gone),
        "put it back from a copy; nothing else says what was asked for");
  }
}

void require_text(const std::vector<fs::path>& paths) {
  for (const auto& path : paths) {
    if (!not_utf8(path.native())) continue;
    throw Error(ErrorCode::usage,
                fmt::format("the path {} is not UTF-8: it could not be written down, and what is "
                            "there not found again",
                            path.string()),
                "rename what has such a name, or work elsewhere");
  }
}

std::optional<ResultsFolder> find_results_folder(const std::string& name) {
  if (auto found = results_folder(name)) return found;
  return results_folder(fs::path("runs") / name);
}

}  // namespace glia
