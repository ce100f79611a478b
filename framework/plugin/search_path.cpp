// SPDX-License-Identifier: MIT
#include "plugin/search_path.hpp"

#include "core/files.hpp"
#include "core/variable.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <vector>

namespace glia::plugin {
namespace fs = std::filesystem;
namespace {

/// Whether a group has no member but this user (or root): a group of one's own, as many systems
/// make for each user, lets nobody else in.
bool only_member(gid_t gid) {
  if (gid == 0) return true;
  group entry{};
  group* found = nullptr;
  std::vector<char> buffer(1 << 16);
  if (::getgrgid_r(gid, &entry, buffer.data(), buffer.size(), &found) != 0 || !found) return false;
  passwd user{};
  passwd* own = nullptr;
  std::vector<char> text(1 << 14);
  if (::getpwuid_r(::geteuid(), &user, text.data(), text.size(), &own) != 0 || !own) return false;
  for (char** member = found->gr_mem; *member; ++member) {
    if (std::strcmp(*member, own->pw_name) != 0) return false;
  }
  return own->pw_gid == gid && std::strcmp(found->gr_name, own->pw_name) == 0;
}

/// Whoever may rename a folder on the way can put another one in its place; a sticky one (/tmp)
/// lets only owners rename.
std::string way_problem(const fs::path& folder) {
  for (fs::path at = folder.parent_path(); !at.empty(); at = at.parent_path()) {
    struct stat found {};
    if (::stat(at.c_str(), &found) != 0) break;
    const bool sticky = (found.st_mode & S_ISVTX) != 0;
    if ((found.st_mode & S_IWOTH) && !sticky) {
      return fmt::format("lies in {}, which every user of this machine can change", at.string());
    }
    if (found.st_uid != 0 && found.st_uid != ::geteuid()) {
      return fmt::format("lies in {}, which belongs to another user (number {})", at.string(),
                         found.st_uid);
    }
    if (at == at.parent_path()) break;
  }
  return "";
}

std::string folder_problem(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return "does not exist";
  if (error) return "cannot be read: " + error.message();
  if (!fs::is_directory(status)) return "is not a folder";
  const std::string problem = trust_problem(path);
  if (!problem.empty()) return problem;
  const fs::path real = fs::canonical(path, error);  // links are renamed by who owns their folder
  const std::string way = error ? "" : way_problem(real);
  return way.empty() ? way_problem(path) : way;
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
  if (found.st_mode & S_IWGRP && !only_member(found.st_gid)) {
    return "can be changed by everybody in the group number " + std::to_string(found.st_gid);
  }
  if (found.st_uid != 0 && found.st_uid != ::geteuid()) {
    return fmt::format("belongs to another user (number {})", found.st_uid);
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
      throw Error(ErrorCode::plugin, fmt::format("--plugin-path: {} {}", path, problem),
                  "name the folder that holds the plugins (*.so)");
    }
  }
  std::istringstream list(value_of(variables::plugin_path));
  for (std::string path; std::getline(list, path, ':');) {
    // An empty entry would mean the current folder elsewhere; here it means nothing.
    if (!path.empty()) folders.push_back(folder_of(path, "$GLIA_PLUGIN_PATH"));
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
