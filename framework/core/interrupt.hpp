// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

namespace glia {

/// From now on the first SIGINT, SIGTERM, SIGHUP or SIGUSR1 only asks to stop; a second SIGINT or
/// SIGTERM ends the program at once, with exit code 128 + signal, unless repeats are ignored.
enum class OnRepeat { end, ignore };
GLIA_API void install_stop_signals(OnRepeat on_repeat = OnRepeat::end);

/// Whether a stop was asked for. [thread-safe]
GLIA_API bool stop_requested();

/// The signal that asked first; 0 if none has. [thread-safe]
GLIA_API int stop_signal();

}  // namespace glia
