// SPDX-License-Identifier: MIT
#pragma once

#include "results/files.hpp"

#include <filesystem>
#include <string>

namespace glia::report {

/// Draws test accuracy and loss over the epochs and the final accuracy of every head:
/// `folder`/figures/figure.svg and figure.png. The numbers are left beside them, those of the curves in
/// curves.csv and those of the bars in figure.csv. Nothing is written when there are no heads. Where
/// rows were recorded, rows.svg and rows.png show the signal and the gradient of every row over the
/// epochs, with rows.csv beside them; where weights were damaged, damage.svg and damage.png show
/// accuracy against level, likewise.
///
/// Error (io) when rsvg-convert is missing (install librsvg2-bin) or fails, or the files cannot be
/// written.
void draw_figures(const results::Results& results, const std::filesystem::path& folder,
                  const std::string& title);

}  // namespace glia::report
