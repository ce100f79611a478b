// SPDX-License-Identifier: MIT
#pragma once

#include "config/fields.hpp"
#include "config/sweep_spec.hpp"

#include <cstdint>
#include <string>

namespace glia::config {

/// Reads [sweep] of the document, whether there is one or not. `seed` is the pipeline's own.
SweepSpec read_sweep(const Item& root, std::uint64_t seed, Reading& reading);

/// Whether the right side of an override is a list of values ("1,2,3") or a range
/// ("range(0,1,0.1)") and so an axis.
bool is_axis(const std::string& value);

/// Whether the document has an axis of this path.
bool has_axis(Item& root, const std::string& path);

/// Puts such an override into [sweep.axes], or in place of the axes of the same path. A single
/// value stands for a list of one.
void apply_axis(Item& root, const std::string& argument, Diagnostics& problems);

}  // namespace glia::config
