// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>

namespace glia::compile {

/// The JSON of a file that a folder of `glia compile` holds. Error (data) if it is none, or no file.
nlohmann::json stored_json(const std::filesystem::path& file);

/// results.json of a sweep. Error (data) also if it was changed since the sweep wrote it.
nlohmann::json stored_results(const std::filesystem::path& file);

}  // namespace glia::compile
