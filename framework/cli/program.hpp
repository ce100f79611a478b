// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

namespace glia::cli {

using AddCommands = void (*)(CLI::App& app, Session& session);

/// The program with these commands; returns its exit code, and has said what went wrong.
int run_command(int argc, char** argv, AddCommands add_commands);

/// The function of libglia_host.so that is the program with all commands, by this name.
using AllCommands = int (*)(int argc, char** argv);
inline constexpr const char* all_commands_name = "glia_all_commands";

}  // namespace glia::cli
