// SPDX-License-Identifier: MIT
#pragma once

#include "report/bar_figure.hpp"
#include "report/reproduction.hpp"

#include <string>

namespace glia::report {

/// A figure like the talk's: median as bar, a dot per run, published values beside ours.
BarFigure reproduction_figure(const Published& published, const Reproduction& reproduction);

/// The numbers of that figure: experiment,series,at,origin,what,seed,test_accuracy,collapsed.
std::string reproduction_csv(const Published& published, const Reproduction& reproduction);

}  // namespace glia::report
