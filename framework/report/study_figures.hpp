// SPDX-License-Identifier: MIT
#pragma once

#include "report/groups.hpp"
#include "report/page_figure.hpp"

#include <string>
#include <vector>

namespace glia::report {

/// Bars with dots per axis value, learning curves with a band, a heat map for every two axes; of a
/// search what `search_figures` draws. What is drawn is bounded, however many trials there are: bars
/// of many numbers become bins, dots and epochs are thinned; the captions say so.
std::vector<PageFigure> figures_of(const Study& study);

/// What is drawn of training: objective and loss of the heads epoch by epoch, and of the encoders.
std::vector<PageFigure> training_figures(const Study& study);

/// A row of cells per line and an epoch per column, signal and gradient, where rows were recorded.
std::vector<PageFigure> row_figures(const Study& study);

/// What weights that were damaged still do, against the level of the damage.
std::vector<PageFigure> damage_figures(const Study& study, const std::vector<std::string>& heads);

/// What is drawn of a head in all trials of a group; nullptr if it is not among them.
const Sample* sample_of(const Group& group, const std::string& head);
/// The level of chance that all heads share; NaN if they do not.
double chance_of(const Study& study, const std::vector<std::string>& heads);
/// A value of an axis for a legend.
std::string label_of(const std::string& label);
/// For levels of a number: a colour along a scale, so that their order shows; else "".
std::string level_shade(const Levels& levels, std::size_t index, std::size_t count);

}  // namespace glia::report
