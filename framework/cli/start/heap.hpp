// SPDX-License-Identifier: MIT
#pragma once

namespace glia::cli {

/// Has the heap grow once, in large pages, by what LibTorch takes of it while it is loaded: 9,000
/// faults of 4 kB each are a fifth of the time that a command takes to start. Before any thread
/// is there; another allocator than glibc's is left as it is.
void grow_heap();

}  // namespace glia::cli
