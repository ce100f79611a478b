// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <string_view>

namespace glia {

/// Standard output belongs to results. Opens /dev/null on those of the descriptors 0 to 2 that are
/// closed, so that no file of ours gets such a number (what is printed then counts as not written),
/// keeps the real standard output to itself,
/// and lets descriptor 1 go where standard error goes: what a plugin prints never stands among
/// results. [at the start of the program, and of a copy of it]
GLIA_API void claim_output();

/// The descriptor of the real standard output: 1 unless it was claimed.
GLIA_API int output_descriptor();

/// Writes to standard output, as std::printf does; `flush_output` tells whether it came through.
GLIA_API void print(const char* format, ...) __attribute__((format(printf, 1, 2)));

/// Writes text as it is to standard output.
GLIA_API void put(std::string_view text);

/// Hands on what was printed; what cannot be written is told by `flush_output`, at the end.
GLIA_API void sync_output();

/// Error (io) if something that was printed could not be written: a full disk, a closed pipe.
GLIA_API void flush_output();

}  // namespace glia
