// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

namespace glia {

/// From now on whoever ends the process by exit() or quick_exit() but `end_process` is named on
/// standard error, and an exit code of 0 becomes 1: a plugin must not end a run as if all were
/// well. [once, at the start of the program]
GLIA_API void guard_exit();

/// From now on a process that crashes - SIGSEGV, SIGFPE, SIGILL, SIGABRT - says which library did,
/// and then ends by that signal as before. Signals that somebody handles already stay theirs.
/// [once, at the start of the program]
GLIA_API void guard_crashes();

/// Takes that back, where whoever watches the process tells of its end and of a library's last words.
GLIA_API void unguard_crashes();

/// In a child whose parent tells how it ended: exit() is no more than that.
GLIA_API void unguard_exit();

/// Ends the process with this code, whatever handlers and destructors plugins have left behind.
/// Flush what has to be written before. Under a sanitizer it ends as usual, so that leaks are
/// found.
[[noreturn]] GLIA_API void end_process(int code);

}  // namespace glia
