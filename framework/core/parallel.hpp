// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <functional>

namespace glia {

/// What runs the bodies of glia::parallel: each of 0 ... count - 1 once, with the promises of
/// <glia/sdk/parallel.hpp>.
using ParallelRunner = void (*)(std::int64_t count, const std::function<void(std::int64_t)>& body);

/// Names who runs them from now on: the component that has the threads does, when it is loaded. Until
/// then they run one after the other. [before any thread calls glia::parallel]
GLIA_API void run_parallel_with(ParallelRunner runner);

}  // namespace glia
