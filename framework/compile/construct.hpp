// SPDX-License-Identifier: MIT
#pragma once

#include "compile/lattice.hpp"
#include "compile/written.hpp"
#include "core/catalog.hpp"
#include "core/registry.hpp"

#include <ATen/core/Tensor.h>
#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace glia::compile {

/// A function on the unit cube, and rows of cells with a ReLU each that approximate it.
struct Construction {
  Lattice lattice;  ///< inputs at 0, 1, ..; every row but the last has a ReLU
  std::int64_t inputs = 1;
  double theory = 0;         ///< the error that the theorem gives
  double rounding = 1e-14;   ///< by which float64 alone may miss
  std::string norm = "sup";  ///< "sup" | "L2": in which the error is measured
  std::function<double(const double*)> function{};
  /// L2: the least and greatest value of the last input between which approximation and function
  /// may differ, given the inputs before it; sampled there. Null: the whole cube.
  std::function<std::pair<double, double>(const double*)> band{};
};

/// How a construction is declared: one file in constructions/ each.
struct ConstructionEntry : Declared {
  static constexpr const char* kind = "construction";
  std::int64_t least = 1, most = 1;  ///< sizes
  std::function<Construction(std::int64_t size)> make;
};

struct ConstructRequest {
  std::string name;
  std::int64_t size = 8;
  std::filesystem::path folder;
  std::uint64_t seed = 1;
};

/// What was built and measured, as proof.json states it: construction, size, rows, cells,
/// connections (weights other than 0), error, theory, norm, and the root of the mean square over
/// the test points. Writes pipeline.toml, weights.safetensors, proof.json, the data, a picture if
/// it is small, and trained.toml, a sweep that trains the same shape from random starts. Error
/// (usage) lists names and sizes.
nlohmann::ordered_json construct(const ConstructRequest& request, const Catalog& catalog);

/// Measures such a folder again: one sentence for everything that does not hold, or is not as
/// `stated` in its proof.json.
std::vector<std::string> verify_construction(const CompiledFiles& files,
                                             const nlohmann::ordered_json& stated,
                                             const Catalog& catalog);

}  // namespace glia::compile

namespace glia {
template <>
Registry<compile::ConstructionEntry>& Registry<compile::ConstructionEntry>::all();
}  // namespace glia
