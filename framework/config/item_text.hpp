// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"

#include <glia/sdk/export.hpp>

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace glia::config {

/// The value as TOML text; reading it back gives the same value, to the bit.
GLIA_API std::string toml_text(const Item& item);

/// The value as JSON; NaN and infinity become null.
GLIA_API nlohmann::ordered_json json_value(const Item& item);

}  // namespace glia::config
