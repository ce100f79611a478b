// SPDX-License-Identifier: MIT
#include "cli/command.hpp"

namespace glia::cli {

void add_run(CLI::App&, Session&) {}

}  // namespace glia::cli
