// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace glia {

/// What is wrong with a JSON text, in plain words: where it ends too early or stops being JSON, or
/// what is missing in it. `text` is the one that was parsed; empty where only its values were read.
GLIA_API std::string json_trouble(const nlohmann::json::exception& e, std::string_view text = {});

}  // namespace glia
