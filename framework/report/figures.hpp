// SPDX-License-Identifier: MIT
#pragma once

#include "results/files.hpp"

#include <filesystem>
#include <string>

namespace glia::report {

/// Draws test accuracy and loss over the epochs and the final accuracy of every head:
/// `folder`/figures/figure.png and figure.svg. The numbers are left beside them in curves.csv and
/// the drawing in figure.gp, so that `gnuplot figure.gp` there draws them again after an edit.
/// Nothing is written when there are no heads. Where rows were recorded, rows.png and rows.svg show
/// the signal and the gradient of every row over the epochs, with rows.csv and rows.gp beside them;
/// where weights were damaged, damage.png and damage.svg show accuracy against level, likewise.
///
/// Error (io) when gnuplot is missing (install gnuplot-nox) or fails, or the files cannot be
/// written. No text of a user is ever run: names and titles are drawn as they stand.
void draw_figures(const results::Results& results, const std::filesystem::path& folder,
                  const std::string& title);

}  // namespace glia::report
