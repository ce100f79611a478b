// SPDX-License-Identifier: MIT
#include "cli/cache_arguments.hpp"

namespace glia::cli {

void CacheArguments::add_to(CLI::App& command) {
  command
      .add_option("--cache-dir", folder_,
                  "Folder for trained encoders and latents, shared by all runs (default "
                  "$GLIA_CACHE_DIR, or glia/stages in the user's cache folder)")
      ->type_name("DIR");
  command.add_flag("--no-cache", none_,
                   "Take nothing from earlier runs and leave nothing to others");
}

std::optional<std::string> CacheArguments::given() const {
  if (none_) return "";
  if (folder_.empty()) return std::nullopt;
  return std::filesystem::absolute(folder_).lexically_normal().string();
}

void CacheArguments::fall_back_to(const std::optional<std::string>& before) {
  const auto asked = given() ? given() : before;
  if (!asked) return;
  folder_ = *asked;
  none_ = asked->empty();
}

std::filesystem::path CacheArguments::folder() const {
  if (none_) return {};
  auto path = folder_.empty() ? default_cache_folder() : std::filesystem::path(folder_);
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_directory(path, ignored)) {
    throw Error(ErrorCode::usage, "the cache's folder " + path.string() + " is no folder",
                "choose another with --cache-dir DIR, or go without: --no-cache");
  }
  return path;
}

std::unique_ptr<train::StageCache> CacheArguments::open() const {
  const auto path = folder();
  return path.empty() ? nullptr : std::make_unique<train::StageCache>(Cache(path));
}

}  // namespace glia::cli
