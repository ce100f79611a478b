// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

namespace glia::cli {

// The commands that use what was trained, one file each (see command.hpp).
void add_evaluate(CLI::App& app, Session& session);
void add_predict(CLI::App& app, Session& session);
void add_export(CLI::App& app, Session& session);
void add_ls(CLI::App& app, Session& session);
void add_best(CLI::App& app, Session& session);

}  // namespace glia::cli
