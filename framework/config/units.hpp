// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace glia::config {

/// "90s", "1.5m", "2h", "1d"; a bare number is seconds. Nothing if it is no such text or not
/// above 0.
std::optional<std::chrono::milliseconds> parse_duration(const std::string& text);

/// "800MiB", "4GiB", "4G", "1e9"; a bare number is bytes.
std::optional<std::uint64_t> parse_bytes(const std::string& text);

}  // namespace glia::config
