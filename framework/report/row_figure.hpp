// SPDX-License-Identifier: MIT
#pragma once

#include "report/heat_map.hpp"
#include "results/files.hpp"

#include <string>

namespace glia::report {

/// What each row of cells carried after every epoch: series,epoch,row,step,cells,signal,gradient,
/// head. The series is the place (from 1) among the heads that recorded rows; "" if none did.
std::string rows_csv(const results::Results& results);

/// For each head that recorded rows, signal above and gradient below, a row of cells per line and an
/// epoch per column, as a file in SVG.
std::string rows_figure(const results::Results& results, const std::string& title);

/// What such figures rest on: split, n and statistic.
std::string rows_basis();

/// One of the two numbers of every row, epoch by epoch; colours by their order of magnitude.
HeatMap row_map(const results::HeadResult& head, const std::string& id, bool gradient);

}  // namespace glia::report
