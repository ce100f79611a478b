// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace glia {

/// The object with one member more, "sha256", of all others: what is stored for later is stored so,
/// and a flipped bit or an edited number is told when it is read.
GLIA_API nlohmann::ordered_json sealed(nlohmann::ordered_json object);

/// Whether it has such a member; what older versions wrote has none.
GLIA_API bool is_sealed(const nlohmann::ordered_json& object);

/// The object without that member. Error (data) says that there is none, or that the object was
/// changed since it was written; `what` is what messages call it ("runs/x/plan.json").
GLIA_API nlohmann::ordered_json unsealed(nlohmann::ordered_json object, const std::string& what);

/// JSON of a file that is kept for later. Error (data) if it is none, or nests too deep.
GLIA_API nlohmann::ordered_json parse_stored(std::string_view text, const std::string& what);

/// Both: parses such a text, and takes the seal off.
GLIA_API nlohmann::ordered_json parse_sealed(std::string_view text, const std::string& what);

}  // namespace glia
