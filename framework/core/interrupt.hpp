// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <csignal>
#include <string>

namespace glia {

/// What asks for a stop: people, whoever ends a session or a job, and batch systems before they do
/// (`--signal=USR1`, USR2) or when the time of the processor is used up (XCPU).
inline constexpr int stop_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU};

/// From now on the first of them only asks to stop; a second SIGINT or SIGTERM ends the program at
/// once, with exit code 128 + signal, unless repeats are ignored. Where a limit of processor time would
/// kill without a word (`ulimit -t`, which sets the soft and the hard one), the soft one is lowered, so
/// that there is time to stop in: a tenth of it, 30 s at most.
enum class OnRepeat { end, ignore };
GLIA_API void install_stop_signals(OnRepeat on_repeat = OnRepeat::end);

/// Whether a stop was asked for. [thread-safe]
GLIA_API bool stop_requested();

/// The signal that asked first; 0 if none has. [thread-safe]
GLIA_API int stop_signal();

/// Where that needs words: " (the limit of processor time is reached: ulimit -t)"; else "".
/// [thread-safe]
GLIA_API std::string stop_reason();

}  // namespace glia
