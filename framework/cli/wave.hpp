// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

namespace glia::cli {

void add_wave(CLI::App& app, Session& session);

}  // namespace glia::cli
