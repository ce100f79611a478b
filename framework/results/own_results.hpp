// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace glia::results {

/// The member of a sweep's sweep.json that holds the digest of its resolved.toml.
inline constexpr const char* resolved_key = "resolved_sha256";

/// The text of results.json with the mark of the folder's run (core/study_mark.hpp).
std::string marked(const std::filesystem::path& folder, const std::string& results);

/// Error (data) if the text of the folder's results.json is of another run than its run.json, if
/// that is damaged, or, in a sweep's folder, if its files are of several sweeps. Results without a
/// digest, of an older version or written by another program, are read as they are.
void require_own(const std::filesystem::path& folder, std::string_view results);

/// The same of other files of the folder that is looked at as a whole: its provenance, as read
/// (`null`: none), and its resolved.toml.
void require_own_parts(const std::filesystem::path& folder, const nlohmann::json& provenance);

}  // namespace glia::results
