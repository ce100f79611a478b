// SPDX-License-Identifier: MIT
#pragma once

#include "results/files.hpp"

#include <string>

namespace glia::report {

/// The table that ends a run: one line per head, columns aligned, no colours. "" without heads.
///
///     head        test accuracy    loss  epochs  parameters
///     astrocytes         96.4 %  0.1187      30         110
///     frozen              9.8 %  2.3026      30         110  collapsed: always answers one class
std::string summary(const results::Results& results);

}  // namespace glia::report
