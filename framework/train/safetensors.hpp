// SPDX-License-Identifier: MIT
#pragma once

#include "core/mapped_file.hpp"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace glia::train {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

struct SafetensorsFile {
  NamedTensors tensors;  ///< in the order of the file; on the CPU, contiguous, without gradients
  std::map<std::string, std::string> metadata;
};

/// Writes tensors (F64, F32, I64, I32, U8, BOOL; any shape, device or strides) as one safetensors
/// file: whole or not at all. Equal input gives equal bytes. Needs memory for a second copy.
/// Error (internal) for names given twice, undefined tensors and other types; Error (io) if the
/// file cannot be written. [thread-safe]
///
///     save_safetensors("head.safetensors", {{"weight", w}, {"bias", b}}, {{"epoch", "3"}});
void save_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                      const std::map<std::string, std::string>& metadata = {});

/// Reads such a file, from whatever program. Nothing in it is trusted: Error (data) names the file,
/// the tensor and what is wrong with it; Error (io) if the file cannot be read. [thread-safe]
SafetensorsFile load_safetensors(const std::filesystem::path& path);

/// The same without a copy: the tensors lie in the file, which is mapped into memory for as long as
/// one of them lives, so that processes share them. The file may be replaced by renaming meanwhile,
/// but must not be changed in place, unless by whoever lets writes reach it. [thread-safe]
SafetensorsFile map_safetensors(const std::filesystem::path& path,
                                MappedFile::Writes writes = MappedFile::Writes::stay);

/// A tensor of a file whose values come later.
struct TensorPlace {
  std::string name;
  std::vector<std::int64_t> shape;
  at::ScalarType type;
};

/// Makes a file of zeros, to be filled by mapping it with writes that reach it. It has all its room
/// on the disk from the start, so that a full disk is an Error (io) now and no signal then. Whole
/// or not at all; errors as for `save_safetensors`.
void create_safetensors(const std::filesystem::path& path, const std::vector<TensorPlace>& tensors,
                        const std::map<std::string, std::string>& metadata = {});

}  // namespace glia::train
