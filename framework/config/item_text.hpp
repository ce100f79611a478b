// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace glia::config {

/// The value as TOML text; reading it back gives the same value, to the bit.
std::string toml_text(const Item& item);

/// The value as JSON; NaN and infinity become null.
nlohmann::ordered_json json_value(const Item& item);

}  // namespace glia::config
