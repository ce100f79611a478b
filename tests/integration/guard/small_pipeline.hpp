// SPDX-License-Identifier: MIT
#pragma once

#include <string>

/// A run of a moment, whose data are made up.
inline const std::string small_pipeline = R"([dataset.d]
plugin = "xor"
[encoder.e]
plugin = "identity"
input = "d"
[network.n]
input = "e"
pattern = [{ wave = "linear", width = 1 }]
[head.h]
plugin = "regression"
input = "n"
train = { epochs = 2, learning_rate = 1e-3 }
)";
