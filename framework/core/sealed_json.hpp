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

/// Parses such a text. Error (data) says that it is no JSON, nests too deep, has no seal, or was
/// changed since it was written; `what` is what messages call it ("runs/x/plan.json").
GLIA_API nlohmann::ordered_json parse_sealed(std::string_view text, const std::string& what);

}  // namespace glia
