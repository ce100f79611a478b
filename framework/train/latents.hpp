// SPDX-License-Identifier: MIT
#pragma once

#include "train/encoding.hpp"

#include <glia/sdk/export.hpp>

#include <filesystem>

namespace glia::train {

/// Writes what an encoder made of both splits as one safetensors file.
GLIA_API void save_latents(const std::filesystem::path& file, const Encoded& encoded);

/// Maps such a file into memory. Error (data) if it is no such file.
GLIA_API Encoded map_latents(const std::filesystem::path& file);

}  // namespace glia::train
