// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace glia {

inline constexpr std::uint64_t most_text = std::uint64_t{64} << 20;    ///< of a pipeline, a note
inline constexpr std::uint64_t most_results = std::uint64_t{4} << 30;  ///< of a million trials

/// The whole of a regular file that is to hold text: JSON, TOML. As read_file, and Error (data) at
/// the first byte that is zero, which no text has, before the rest is read: what is another kind of
/// file, or was made longer by a crash, costs neither its size in memory nor the time to read it.
GLIA_API std::string read_text_file(const std::filesystem::path& path,
                                    std::uint64_t limit = most_text);

}  // namespace glia
