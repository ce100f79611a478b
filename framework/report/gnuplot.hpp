// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace glia::report {

/// A literal for gnuplot, in which no text of a user can become a command.
std::string gnuplot_text(const std::string& text);

/// A literal's text as a label of a tic, which gnuplot takes for a format.
std::string percents_doubled(const std::string& text);

/// "#0072B2": the colour of the head at this place (from 0), the same in every figure of a run.
std::string head_color(std::size_t place);
inline constexpr std::size_t head_colors = 8;  ///< then they begin again

/// "NaN" for what is not finite.
std::string gnuplot_number(double value);

/// A line that gives a variable, or an array, a value.
std::string assign(const std::string& name, const std::string& value);
std::string assign_array(const std::string& name, const std::vector<std::string>& values);

/// Opens the loop that draws NAME.png, then NAME.svg, from data with commas, as a multiplot; what
/// follows closes it. `sheet_width` is set; `w`, the width of a line, is left to what follows.
std::string gnuplot_pages(const std::string& name, int height);

/// Runs `NAME.gp` in `folder`, which draws NAME.png and NAME.svg from NAME's data beside it. Error
/// (io) when gnuplot is missing (install gnuplot-nox) or fails, or a picture is not there.
void run_gnuplot(const std::filesystem::path& folder, const std::string& name);

}  // namespace glia::report
