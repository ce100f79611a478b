// SPDX-License-Identifier: MIT
#include "results/run_origin.hpp"

#include "core/hash.hpp"
#include "core/json_text.hpp"
#include "core/sealed_json.hpp"
#include "core/study_mark.hpp"
#include "core/text_file.hpp"
#include "results/json_reader.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <utility>

namespace glia::results {
namespace {

constexpr const char* format = "glia-run/2";
constexpr const char* hint =
    "put it back from a copy, or remove it: then give the plugins' folders with --plugin-path, and "
    "start glia where the run was started";

/// A copy of a trial's folder in the place of another trial is whole, and wrong there.
void require_place(const std::filesystem::path& folder, const std::string& mark) {
  const std::string place = mark_of_place(folder);
  if (place.empty() || place == mark) return;
  throw Error(ErrorCode::data,
              fmt::format("is of {}, and this is the place of '{}'",
                          mark.empty() ? "another run" : fmt::format("'{}'", mark), place),
              "put that trial's own folder back from a copy; a run or trial of another sweep is "
              "used where it lies, or anywhere outside of this one");
}

}  // namespace

std::string to_json(const RunOrigin& origin) {
  nlohmann::ordered_json json{{"format", format},
                              {"file", origin.file},
                              {"cwd", origin.cwd},
                              {"plugin_path", origin.plugin_path}};
  if (!origin.resolved.empty()) json["resolved"] = origin.resolved;
  if (!origin.pipeline.empty()) json["pipeline"] = origin.pipeline;
  if (origin.cache) json["cache"] = *origin.cache;
  if (!origin.mark.empty()) json[mark_key] = origin.mark;
  return json_text(sealed(std::move(json)), 2) + '\n';
}

RunOrigin read_run_origin(const std::filesystem::path& folder) {
  const auto file = folder / "run.json";
  std::error_code ignored;  // of a link that leads nowhere reading says more
  const auto status = std::filesystem::symlink_status(file, ignored);
  if (!std::filesystem::exists(status)) return {};
  try {
    const nlohmann::json json(parse_format(read_text_file(file), "", format, {"glia-run/1"}));
    const Reader from(json, "");
    RunOrigin origin{from.at("file").text(), from.at("cwd").text()};
    from.at("plugin_path").each_element([&](const Reader& path) {
      origin.plugin_path.push_back(path.text());
    });
    if (from.has("resolved")) origin.resolved = from.at("resolved").text();
    if (from.has("pipeline")) origin.pipeline = from.at("pipeline").text();
    if (from.has("cache")) origin.cache = from.at("cache").text();
    if (from.has(mark_key)) origin.mark = from.at(mark_key).text();
    require_place(folder, origin.mark);
    return origin;
  } catch (const Error& e) {
    throw Error(e.code(), file.string() + ": " + e.message(), e.hint().empty() ? hint : e.hint());
  }
}

std::string read_resolved(const std::filesystem::path& folder) {
  const auto file = folder / "resolved.toml";
  std::string text = read_text_file(file);
  const RunOrigin origin = read_run_origin(folder);
  const std::string& digest = origin.resolved;
  if (digest.empty() || digest == sha256_hex(text)) return text;
  throw Error(
      ErrorCode::data,
      fmt::format("{}: was changed since the run was made, or run.json is of another run{}",
                  file.string(), origin.mark.empty() ? "" : fmt::format(" ('{}')", origin.mark)),
      "put it back from a copy; other settings are given to a command: KEY=VALUE, or trained in a "
      "run of their own");
}

}  // namespace glia::results
