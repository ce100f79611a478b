// SPDX-License-Identifier: MIT
#include "results/run_origin.hpp"

#include "core/files.hpp"
#include "core/text_file.hpp"
#include "results/json_reader.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

namespace glia::results {
namespace {

constexpr const char* format = "glia-run/1";

}  // namespace

std::string to_json(const RunOrigin& origin) {
  nlohmann::ordered_json json{{"format", format},
                              {"file", origin.file},
                              {"cwd", origin.cwd},
                              {"plugin_path", origin.plugin_path}};
  if (origin.cache) json["cache"] = *origin.cache;
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

RunOrigin read_run_origin(const std::filesystem::path& folder) {
  const auto file = folder / "run.json";
  if (!std::filesystem::exists(file)) return {};
  try {
    const auto json = parse_json(read_text_file(file));
    const Reader from(json, "");
    if (from.at("format").text() != format) from.at("format").expected(format);
    RunOrigin origin{from.at("file").text(), from.at("cwd").text()};
    from.at("plugin_path").each_element([&](const Reader& path) {
      origin.plugin_path.push_back(path.text());
    });
    if (from.has("cache")) origin.cache = from.at("cache").text();
    return origin;
  } catch (const Error& e) {
    throw Error(e.code(), file.string() + ": " + e.message(), e.hint());
  }
}

}  // namespace glia::results
