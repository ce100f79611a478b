// SPDX-License-Identifier: MIT
#pragma once

#include "results/results.hpp"

#include <string>
#include <string_view>

namespace glia::results {

class Reader;

/// The text of results.json. What stands under "heads" and "encoders" holds no times: equal numbers
/// give equal bytes. Seconds per epoch stand under "epoch_seconds". NaN and infinity become null. A
/// digest of it all stands last (core/sealed_json.hpp).
std::string to_json(const Results& results);

/// Reads it back; null becomes NaN, and unknown keys are left to newer versions. Error (data) says
/// where in the text the value is that cannot be right ("heads.astrocytes.curve[2].epoch"), or that
/// the digest is not that of the rest; a text without one is of an older version, and read.
Results from_json(std::string_view text);

/// The head at `from`, as results.json holds it; errors as above.
HeadResult read_head(const Reader& from);

/// The text of results.csv: one line per head, after a line of names; unknown numbers are empty.
/// Quoted as RFC 4180 says; lines end in a single line feed.
std::string to_csv(const Results& results);

/// The accuracy of every draw of damage, a line each; "" where nothing was damaged.
std::string damage_csv(const Results& results);

}  // namespace glia::results
