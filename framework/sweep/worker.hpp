// SPDX-License-Identifier: MIT
#pragma once

namespace glia::sweep {

/// What `glia worker` does: reads jobs from stdin and runs them, one after the other, until stdin
/// ends or a stop is asked for. Returns the exit code. [main thread of a process of its own]
int run_worker();

}  // namespace glia::sweep
