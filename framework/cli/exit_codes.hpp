// SPDX-License-Identifier: MIT
#pragma once

#include <array>

namespace glia::cli {

/// Exit codes of the program; a shell adds those of signals.
enum ExitCode : int {
  ok = 0,
  run_failed = 1,
  bad_input = 2,
  some_trials_failed = 3,
  resume_refused = 4,
  plugin_refused = 5,
  resumable = 75
};

struct ExitCodeText {
  const char* code;
  const char* meaning;
};

/// What the manual and the readme say of them.
inline constexpr std::array exit_code_texts = {
    ExitCodeText{"0", "all well"},
    ExitCodeText{"1", "the run failed (data missing, disk full, NaN, a plugin's own error)"},
    ExitCodeText{"2", "the command line or the pipeline file is wrong; nothing was made"},
    ExitCodeText{"3", "the sweep ended, and some of its trials failed"},
    ExitCodeText{"4",
                 "going on refused: settings, plugins or data differ from those at the start; the "
                 "differences are listed"},
    ExitCodeText{"5", "a plugin could not be loaded"},
    ExitCodeText{"75", "stopped on request; `glia resume` goes on"},
    ExitCodeText{
        "130, 143",
        "a second Ctrl-C or SIGTERM ended it at once, or the first before there was a folder to "
        "go on with"}};

}  // namespace glia::cli
