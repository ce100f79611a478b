// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

namespace glia {

/// What `provenance` tells, and what was added to it, as it stands in provenance.json: sealed.
GLIA_API std::string provenance_text(const nlohmann::json& all);

/// The same read back; null where there is no such file. Error (data) if it is none of glia's, or was
/// changed since glia wrote it; those of older versions carry no digest and are read as they are.
GLIA_API nlohmann::json read_provenance(const std::filesystem::path& file);

}  // namespace glia
