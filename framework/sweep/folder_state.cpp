// SPDX-License-Identifier: MIT
// What can be told of a sweep's folder from outside. Apart from the rest: the program answers
// `glia status` without LibTorch.
#include "core/files.hpp"
#include "core/hash.hpp"
#include "core/json_text.hpp"
#include "core/json_trouble.hpp"
#include "core/results_folder.hpp"
#include "core/sealed_json.hpp"
#include "core/study_mark.hpp"
#include "core/text_file.hpp"
#include "results/own_results.hpp"
#include "sweep/folder.hpp"
#include "sweep/results_files.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <system_error>

namespace glia::sweep {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* first_origin_format = "glia-sweep-origin/1";
constexpr const char* put_back =
    "put it back from a copy, or start the sweep anew in another folder: results.csv and "
    "results.json hold what was computed";

}  // namespace

fs::path find_sweep(const std::string& name) {
  const auto found = find_results_folder(name);
  if (found && found->kind == ResultsFolder::Kind::sweep) {
    std::error_code ignored;
    if (fs::exists(found->path / "sweep.sqlite", ignored)) return found->path;
    throw Error(ErrorCode::data, found->path.string() + ": the sweep has lost its sweep.sqlite",
                put_back);
  }
  if (found) {
    const std::string run = found->path.string();
    throw Error(ErrorCode::usage, fmt::format("{} holds a run, and no sweep", run),
                fmt::format("what it has measured: {}/results.json; its heads are measured anew by "
                            "glia evaluate {}; several settings or seeds are tried by glia sweep "
                            "{}/resolved.toml",
                            run, run, run));
  }
  require_no_remains(name);
  throw Error(ErrorCode::usage, fmt::format("there is no sweep in {} or runs/{}", name, name),
              "name the folder that glia sweep made");
}

std::optional<Holder> holder_of(const fs::path& folder) {
  // Not waiting: a named pipe of this name has no writer.
  const int file = ::open((folder / ".lock").c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return std::nullopt;
  const bool free = ::flock(file, LOCK_SH | LOCK_NB) == 0;
  ::close(file);
  if (free) return std::nullopt;
  try {
    const auto note = read_json(read_text_file(folder / "host.json"));
    return Holder{note.at("host"), note.at("pid")};
  } catch (const std::exception&) {
    return Holder{"?", 0};
  }
}

Origin read_origin(const fs::path& folder) {
  const std::string name = (folder / "sweep.json").string();
  try {
    const auto j = parse_format(read_text_file(folder / "sweep.json"), name, origin_format,
                                {first_origin_format});
    return {.file = j.at("file"),
            .cwd = j.at("cwd"),
            .overrides = j.at("overrides"),
            .plugin_path = j.at("plugin_path"),
            .cache = j.at("cache"),
            .launcher = j.at("launcher"),
            .pipeline_sha256 = j.at("format") == first_origin_format
                                   ? std::string()
                                   : j.at("pipeline_sha256").get<std::string>(),
            .resolved_sha256 = j.value(results::resolved_key, std::string()),
            .mark = j.value(mark_key, std::string())};
  } catch (const Error& e) {
    throw Error(e.code(), e.message(), put_back);
  } catch (const json::exception& e) {
    throw Error(ErrorCode::data, fmt::format("{} is damaged: {}", name, json_trouble(e)), put_back);
  }
}

std::string read_pipeline(const fs::path& folder, const Origin& origin) {
  std::string text = read_text_file(folder / "pipeline.toml");
  if (!origin.pipeline_sha256.empty() && sha256_hex(text) != origin.pipeline_sha256) {
    throw Error(ErrorCode::data,
                (folder / "pipeline.toml").string() + ": was changed since the sweep was made",
                put_back);
  }
  return text;
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
