// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/error.hpp>
#include <glia/sdk/export.hpp>

#include <exception>

namespace glia {

/// Whatever was thrown, as our own type: nothing of the library that threw it survives in it. That
/// memory ran out is said in the same words whoever found it, C++ or LibTorch on any device.
/// `std::current_exception()` in a `catch (...)`. [thread-safe]
GLIA_API Error thrown(std::exception_ptr exception);

/// Whether that is why.
GLIA_API bool is_out_of_memory(const Error& error);

}  // namespace glia
