// SPDX-License-Identifier: MIT
#pragma once

#include "config/fields.hpp"
#include "config/sweep_spec.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace glia::config {

/// Whether a table is a range such as { from = 0, to = 1, step = 0.1 } and not a table of axes.
bool is_range(const Item& item);

/// Whether an argument of this path says the seeds of a sweep.
bool is_seed_path(const std::string& path);

/// An axis from what stands to the right of its path: a list, a range, a range to sample.
std::optional<Axis> read_axis(const std::string& path, const Source& source, const Item& item,
                              Diagnostics& problems);

/// How many values the axes of a sweep may have in all.
inline constexpr std::size_t most_axis_values = 1'000'000;

/// The same for one of several axes: `left` is how many values they may still have, and nothing once
/// they have had too many, which is told once.
std::optional<Axis> read_axis(const std::string& path, const Source& source, const Item& item,
                              std::optional<std::size_t>& left, Diagnostics& problems);

/// A whole number or a real one, as a double.
std::optional<double> number_of(const Item& item);

/// The same text for the same value, however it is written: 1 and 1.0 are one.
std::string value_text(const Item& item);

/// A value of the given kind at `source`.
Item integer_item(std::int64_t value, const Source& source);
Item real_item(double value, const Source& source);

}  // namespace glia::config
