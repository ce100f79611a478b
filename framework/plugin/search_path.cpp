// SPDX-License-Identifier: MIT
#include "plugin/search_path.hpp"

#include "core/files.hpp"

#include <glia/sdk/error.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>

namespace glia::plugin {
namespace fs = std::filesystem;
namespace {

std::string folder_problem(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return "does not exist";
  if (error) return "cannot be read: " + error.message();
  if (!fs::is_directory(status)) return "is not a folder";
  return trust_problem(path);
}

SearchFolder folder_of(const std::string& path, const char* origin) {
  const fs::path full = fs::absolute(path).lexically_normal();
  return {full, origin, folder_problem(full)};
}

}  // namespace

std::string trust_problem(const fs::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    return std::string("cannot be read: ") + std::strerror(errno);
  }
  if (found.st_mode & S_IWOTH) return "can be changed by every user of this machine";
  if (found.st_uid != 0 && found.st_uid != ::geteuid()) {
    return "belongs to another user (number " + std::to_string(found.st_uid) + ")";
  }
  return "";
}

std::vector<SearchFolder> search_path(const std::vector<std::string>& extra) {
  std::vector<SearchFolder> folders;
  for (const auto& path : extra) {
    if (path.empty()) throw Error(ErrorCode::plugin, "--plugin-path: the folder's name is empty");
    folders.push_back(folder_of(path, "--plugin-path"));
    const auto& problem = folders.back().problem;
    if (problem == "does not exist" || problem == "is not a folder") {
      throw Error(ErrorCode::plugin, "--plugin-path: " + path + ' ' + problem,
                  "name the folder that holds the plugins (*.so)");
    }
  }
  if (const char* variable = std::getenv("GLIA_PLUGIN_PATH")) {
    std::istringstream list(variable);
    for (std::string path; std::getline(list, path, ':');) {
      // An empty entry would mean the current folder elsewhere; here it means nothing.
      if (!path.empty()) folders.push_back(folder_of(path, "$GLIA_PLUGIN_PATH"));
    }
  }
  folders.push_back(folder_of((program_folder() / "../lib/glia/plugins").string(), own_plugins));
  return folders;
}

std::vector<fs::path> library_files(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".so") files.push_back(entry->path());
  }
  if (error) throw Error(ErrorCode::plugin, "cannot be read: " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace glia::plugin
