// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <functional>

namespace glia {

/// Runs body(0) ... body(count - 1), each once, on the threads that this run may use, and waits for
/// all. They run in any order and side by side, each with one OpenMP thread, so a body writes to
/// memory of its own. One likely runs on the thread that had its number the last time there were as
/// many, whose cache may hold what it needs. For numbers that do not depend on the threads, cut the
/// work by its size alone and add up what the bodies leave in their order, afterwards.
///
/// Outside a run, and with one thread, the bodies run one after the other. Autograd is off in the
/// bodies. Throws the exception of the lowest body that threw, after all have run. [thread-safe]
///
///     glia::parallel(blocks, [&](std::int64_t i) { sum[i] = work(rows_of_block(i)); });
GLIA_API void parallel(std::int64_t count, const std::function<void(std::int64_t)>& body);

}  // namespace glia
