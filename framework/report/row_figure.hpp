// SPDX-License-Identifier: MIT
#pragma once

#include "results/files.hpp"

#include <string>

namespace glia::report {

/// What each row of cells carried after every epoch: series,epoch,row,step,cells,signal,gradient,
/// head. The series is the place (from 1) among the heads that recorded rows; "" if none did.
std::string rows_csv(const results::Results& results);

/// A gnuplot script that reads rows.csv and draws rows.png and rows.svg, all in its own folder: for
/// each head, signal above and gradient below, a row of cells per line and an epoch per column.
std::string row_script(const results::Results& results, const std::string& title);

}  // namespace glia::report
