// SPDX-License-Identifier: MIT
#pragma once

#include "compile/matrix.hpp"
#include "compile/network.hpp"
#include "compile/read.hpp"
#include "core/catalog.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace glia::compile {

/// The files of a compiled network: pipeline.toml, weights.safetensors (what the pipeline runs on),
/// network.safetensors (what was compiled, and where its neurons ended up), proof.json; and of one
/// that comes from no run the data to try it on.
struct CompiledFiles {
  std::filesystem::path folder;

  std::filesystem::path pipeline() const { return folder / "pipeline.toml"; }
  std::filesystem::path weights() const { return folder / "weights.safetensors"; }
  std::filesystem::path network() const { return folder / "network.safetensors"; }
  std::filesystem::path proof() const { return folder / "proof.json"; }
};

/// What was compiled, as `network.safetensors` keeps it; enough to prove it again.
struct Compiled {
  std::string mode = "exchange";
  std::uint64_t seed = 1;
  std::string node = "matrix";  ///< id of the network in the pipeline file
  std::string placement{};      ///< what was tried, see Drawn
  std::int64_t reach = -1;
  std::int64_t pruned_from = 0;  ///< rows that there were before some were taken; 0: none was
  DenseNetwork network{};
  std::int64_t pad = 0;
  bool strict = false;
  double box = 0;
  std::vector<MatrixEnd> ends{};
};

/// Inputs to try a network on, [count, n] float64: standard normal, kept within -box .. box unless
/// box is 0. Equal arguments, equal numbers.
at::Tensor random_inputs(std::int64_t count, std::int64_t n, std::uint64_t seed, double box);

/// What the network answers, row [B, in] -> [B, out], of the row's type, computed layer by layer.
at::Tensor answers_of(const DenseNetwork& network, const at::Tensor& row, const Catalog& catalog);

inline constexpr std::int64_t inputs_to_try = 10000;

/// Writes all but the proof into a folder that is there.
void write_compiled(const CompiledFiles& files, const Compiled& compiled, const Matrix& matrix,
                    const Source& source, const Catalog& catalog);

/// Reads `network.safetensors`. Error (data) says what is missing or damaged.
Compiled read_compiled(const CompiledFiles& files, const Catalog& catalog);

}  // namespace glia::compile
