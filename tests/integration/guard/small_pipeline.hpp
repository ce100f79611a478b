// SPDX-License-Identifier: MIT
#pragma once

#include "core/files.hpp"

#include <string>

/// A run of a moment, whose data are made up.
inline const std::string small_pipeline =
    glia::read_file(GLIA_SOURCE_DIR "/tests/pipelines/xor.toml");
