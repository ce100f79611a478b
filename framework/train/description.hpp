// SPDX-License-Identifier: MIT
#pragma once

#include "train/head_path.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/table_columns.hpp>

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glia::train {

/// The key under which a checkpoint's metadata says what its tensors are and what is done with
/// them (docs/checkpoints.md), as JSON.
inline constexpr const char* description_key = "description";

/// The key under which it lists what its nodes calculate, step by step, as JSON by node.
inline constexpr const char* calculations_key = "calculations";

/// What a checkpoint's metadata says of itself under each of these keys.
using Description = std::map<std::string, std::string>;

/// What an encoder does with a sample of its data, over its own tensors; and where these are read
/// from a table, how that is done.
Description describe_encoder(const Environment& environment, const config::EncoderNode& node,
                             const Encoder& encoder);

/// What a head and the networks on its path do with the row of an encoder, over their tensors: who
/// hears whom, activations, and what is made of the last row.
Description describe_head(const HeadPath& path);

/// The same of heads that were trained together, by their ids.
Description describe_training(const std::string& id, const std::vector<HeadPath>& paths);

/// A sample's form as JSON, and back. Error (data) if it is none.
nlohmann::ordered_json sample_json(const SampleSpec& spec);
SampleSpec read_sample(const nlohmann::ordered_json& json);

/// The columns of the table that an encoder's data were read from, of `data` in its description;
/// nothing where there was none. Error (data) if they are none.
std::optional<TableColumns> read_columns(const nlohmann::ordered_json& data);

}  // namespace glia::train
