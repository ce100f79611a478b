// SPDX-License-Identifier: MIT
#pragma once

#include "picture/wave.hpp"
#include "report/svg.hpp"

#include <string>
#include <utility>
#include <vector>

namespace glia::picture {

/// The whole matrix: the input, a strip of cells for every row (a sheet as an image), the answer;
/// samples side by side.
struct WaveDrawing {
  double width = 0, height = 0;
  report::Drawing drawing;
  /// From where to where each frame of an animation reaches, top to bottom: the input, each row, the
  /// answer.
  std::vector<std::pair<double, double>> frames;
};

/// Colours run from blue over white to vermilion, from minus to plus the largest number of the row
/// over all samples, which stands beside it. The numbers themselves stand in the attribute
/// data-values of each row's group, one for each sample, and of the answer's.
WaveDrawing draw_wave(const Wave& wave);

/// A page that shows the rows one after the other, with a slider and a button; nothing is fetched.
std::string wave_page(const Wave& wave);

}  // namespace glia::picture
