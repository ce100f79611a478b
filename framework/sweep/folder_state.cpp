// SPDX-License-Identifier: MIT
// What can be told of a sweep's folder from outside. Apart from the rest: the program answers
// `glia status` without LibTorch.
#include "core/files.hpp"
#include "core/nesting.hpp"
#include "sweep/folder.hpp"
#include "sweep/results_files.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <system_error>

namespace glia::sweep {
namespace fs = std::filesystem;
using nlohmann::json;

fs::path find_sweep(const std::string& name) {
  std::error_code ignored;
  for (const fs::path& given : {fs::path(name), fs::path("runs") / name}) {
    const fs::path path = given.lexically_normal();
    if (!fs::exists(path / "plan.json", ignored) || !fs::exists(path / "sweep.sqlite", ignored)) {
      continue;
    }
    return path.has_filename() ? path : path.parent_path();
  }
  throw Error(ErrorCode::usage, "there is no sweep in " + name + " or runs/" + name,
              "name the folder that glia sweep made");
}

std::optional<Holder> holder_of(const fs::path& folder) {
  const int file = ::open((folder / ".lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  const bool free = ::flock(file, LOCK_SH | LOCK_NB) == 0;
  ::close(file);
  if (free) return std::nullopt;
  try {
    const auto note = json::parse(shallow_json(read_file(folder / "host.json")));
    return Holder{note.at("host"), note.at("pid")};
  } catch (const std::exception&) {
    return Holder{"?", 0};
  }
}

Origin read_origin(const fs::path& folder) {
  try {
    const auto j = json::parse(shallow_json(read_file(folder / "sweep.json")));
    return {j.at("file"),        j.at("cwd"),   j.at("overrides"),
            j.at("plugin_path"), j.at("cache"), j.at("launcher")};
  } catch (const json::exception& e) {
    throw Error(ErrorCode::data, (folder / "sweep.json").string() + " is damaged: " + e.what());
  }
}

std::string sweep_status(const Store& store, bool at_work) {
  const auto counts = store.counts();
  const auto of = [&](Status status) {
    const auto it = counts.find(status);
    return it == counts.end() ? std::size_t{0} : it->second;
  };
  if (at_work) return "running";
  std::size_t there = 0;
  for (const auto& [status, count] : counts) there += count;
  if (there < store.size()) return "interrupted";
  if (of(Status::pending) + of(Status::running) + of(Status::interrupted) > 0) return "interrupted";
  return of(Status::failed) > 0 ? "failed" : "ok";
}

}  // namespace glia::sweep
