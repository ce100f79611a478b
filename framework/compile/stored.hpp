// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>

namespace glia::compile {

/// proof.json of a folder of `glia compile`. Error (data) if it is none, or was changed since it was
/// written; what older versions wrote carries no digest and is read as it is.
nlohmann::json stored_proof(const std::filesystem::path& file);

/// results.json of a sweep. Error (data) also if it was changed since the sweep wrote it.
nlohmann::json stored_results(const std::filesystem::path& file);

}  // namespace glia::compile
