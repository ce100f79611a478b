// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>

namespace glia::train {

/// The version of what the two functions below write.
inline constexpr int calculation_version = 2;

/// What an encoder, or a head and the networks on its path, compute, as one list of steps that need
/// no knowledge of plugins (docs/checkpoints.md, "The calculation"): `{"version", "reads", "steps"}`.
/// What it reads is another node's answer or, null, the samples. Every step is `[op, operand...]`
/// and makes a value; operands are numbers of earlier steps, except of `tensor` and `constant`. The
/// last value is the answer. It follows from the description alone; null if that does not say all: a
/// layer, an activation, an encoder or an answer of code. [thread-safe]
nlohmann::ordered_json encoder_calculation(const nlohmann::ordered_json& description);

/// `cells`: of the encoder's row, which is the `input`.
nlohmann::ordered_json head_calculation(const nlohmann::ordered_json& description,
                                        std::int64_t cells);

/// Whether a step of a description is a disturbance, whatever its name: where chance is left out, it
/// does nothing. [thread-safe]
bool is_disturbance(const nlohmann::ordered_json& step);

}  // namespace glia::train
