// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

namespace glia {

/// Signals that this thread takes are handled on a stack of their own from now on (those whose
/// handler has SA_ONSTACK), until the thread ends. oneDNN's products up to 3.11 let the stack
/// pointer point into the heap (its issue 4845): there, a signal overwrites what others own. So
/// every thread that may run a product calls this. A stack that the thread has already, as
/// sanitizers give one, stays. Error (io) if there is no memory for it.
GLIA_API void handle_signals_apart();

}  // namespace glia
