// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <atomic>
#include <cstdint>

namespace glia {

namespace detail {
/// Where a mapped file was found to have been cut, or 0.
GLIA_API extern std::atomic<std::uintptr_t> cut_mapping;
[[noreturn]] GLIA_API void throw_cut_mapping();
}  // namespace detail

/// From now on a file that is cut short while it is mapped into memory reads as zeros there and
/// `require_whole_mappings` throws, where the process would have died of SIGBUS: whoever mapped it,
/// plugins too. [once, at the start of the program]
GLIA_API void guard_mappings();

/// Whether a mapped file has been cut: what was read from it since is worth nothing.
inline bool mapping_was_cut() { return detail::cut_mapping.load(std::memory_order_relaxed) != 0; }

/// Error (data) names the file. One load: to be asked after each batch that was read. [thread-safe]
inline void require_whole_mappings() {
  if (mapping_was_cut()) detail::throw_cut_mapping();
}

}  // namespace glia
