// SPDX-License-Identifier: MIT
#pragma once

#include "core/mapped_file.hpp"
#include "train/encoding.hpp"

#include <cstdint>
#include <filesystem>

namespace glia::train {

/// Writes what an encoder made of both splits as one safetensors file.
void save_latents(const std::filesystem::path& file, const Encoded& encoded);

/// Maps such a file, or one of `create_epochs`, into memory. Error (data) if it is no such file.
Encoded map_latents(const std::filesystem::path& file,
                    MappedFile::Writes writes = MappedFile::Writes::stay);

/// Makes a file with room for what an encoder makes of the data after each of so many epochs, and
/// for the encoder at the end. `like` is one epoch: its shapes and targets.
void create_epochs(const std::filesystem::path& file, std::int64_t epochs, const Encoded& like,
                   const ParameterSet& parameters);

/// Fills in one epoch, or the end, of such a file, mapped with writes that reach it.
void overwrite_epoch(Encoded& all, std::int64_t epoch, const Encoded& now);
void finish_epochs(Encoded& all, const ParameterSet& parameters,
                   const results::EncoderResult& result);

}  // namespace glia::train
