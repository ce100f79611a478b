// SPDX-License-Identifier: MIT
#pragma once

#include "compile/construct.hpp"
#include "compile/written.hpp"

#include <ATen/core/Tensor.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace glia::compile {

inline constexpr std::int64_t test_points = 10000;

/// What a folder holds, measured from its files alone, as proof.json states it; and what in it does
/// not hold: every tap within reach, a ReLU in every row but the last, and an error within 1.01 of
/// the theory's.
struct MeasuredConstruction {
  nlohmann::ordered_json stated{};
  std::vector<std::string> failures{};
};

/// Error (usage) for a name or size that there is not, (data) if the files hold no such network.
MeasuredConstruction measure(const ConstructRequest& request, const CompiledFiles& files,
                             const Catalog& catalog);

/// The entry of this name, for this size. Error (usage) lists names and sizes.
const ConstructionEntry& construction_of(const ConstructRequest& request);

/// Points of the unit cube, [count, inputs] float64. Equal arguments, equal numbers.
at::Tensor uniform(std::int64_t count, std::int64_t inputs, std::uint64_t seed, const char* use);
/// What the function is there, [N, 1].
at::Tensor values_of(const Construction& made, const at::Tensor& inputs);

}  // namespace glia::compile
