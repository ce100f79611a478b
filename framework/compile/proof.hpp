// SPDX-License-Identifier: MIT
#pragma once

#include "compile/written.hpp"
#include "core/catalog.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace glia::compile {

/// What a compiled network was found to be, from its files alone: the matrix is built as glia run
/// builds it and run by the same engine.
struct Proof {
  std::string mode;
  bool strict = false;
  double box = 0;
  std::string placement{};
  std::int64_t reach = -1;
  /// The rows that there were before some were taken; 0: none was, and the matrix is the network.
  std::int64_t pruned_from = 0;
  std::int64_t rows = 0;         ///< of spread, slide and gather
  std::int64_t cells = 0;        ///< of these rows
  std::int64_t widest = 0;       ///< cells of the widest row
  std::int64_t connections = 0;  ///< of the network
  std::int64_t locality_bound = 0, counting_bound = 0;
  bool within_reach = false;  ///< no cell hears another than its nearest three
  bool exact = false;         ///< the identity comes through every linear stretch bit for bit
  double identity_error = 0;  ///< by how much it misses a weight, relative to the layer's greatest
  double max_error = 0;       ///< over all answers to random inputs, in float64
  double max_error_float32 = 0;
  std::int64_t inputs_tried = 0;
  std::int64_t equal_labels = 0;  ///< inputs for which the same answer is greatest, in float32
  double lowest_rest = 0;  ///< strict: the lowest level that any ReLU is given which must not cut
};

/// A proof, and what in it does not hold; nothing if the matrix is the network.
struct Judged {
  Proof proof;
  std::vector<std::string> failures;
};

/// Proves what a folder holds. Error if its files cannot be read or make no network.
Judged prove(const CompiledFiles& files, const Catalog& catalog);

nlohmann::ordered_json to_json(const Proof& proof);

/// Compares what is stated in proof.json with what was found; one sentence for each difference.
std::vector<std::string> differences(const nlohmann::ordered_json& stated, const Proof& found);

}  // namespace glia::compile
