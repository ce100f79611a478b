// SPDX-License-Identifier: MIT
#pragma once

#include "train/safetensors.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace glia::train {

inline constexpr const char* digest_key = "sha256";

/// SHA-256 of names, types, shapes and bytes of the tensors, in their order, and of the metadata
/// but for the digest itself.
std::string digest_of(const NamedTensors& tensors,
                      const std::map<std::string, std::string>& metadata);

/// Error (data) if the file's digest is not that of its content, or, where one is `required`, if it
/// has none: a single flipped bit must not become a number. `hint`: what to do then.
enum class Digest { required, if_there };
void check_digest(const SafetensorsFile& file, const std::filesystem::path& path, Digest digest,
                  const char* hint = "delete the file; a run that goes on trains this stage again");

}  // namespace glia::train
