// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace glia::apply {

/// What the metadata of a checkpoint say.
struct CheckpointFile {
  std::string stage, key;
  bool complete = false;
  nlohmann::ordered_json description;  ///< null in those of before
};

/// Error (data) if it is missing or damaged. `node` is what messages call it ("head 'digit'").
CheckpointFile read_checkpoint(const std::filesystem::path& file, const std::string& node);

/// The same; Error (data) also if the training was not finished.
CheckpointFile read_finished(const std::filesystem::path& file, const std::string& node);

/// What a checkpoint's description says of one head: of a training, that of many.
const nlohmann::ordered_json& head_in(const nlohmann::ordered_json& description,
                                      const std::string& head);

/// Error (usage) names the first step at which the networks on a head's path, as the
/// pipeline makes them now, are not those that were trained. What chance does to cells and weights
/// that are fixed may differ.
void require_same_networks(const nlohmann::ordered_json& trained,
                           const nlohmann::ordered_json& now);

}  // namespace glia::apply
