// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace glia {

/// How a parameter starts.
struct Init {
  enum class Kind { zeros, uniform, normal, constant };
  Kind kind = Kind::zeros;
  /// uniform: bound of U(-scale, scale); normal: standard deviation; constant: the number itself
  double scale = 0;

  static Init zeros() { return {}; }
  static Init uniform(double bound) { return {Kind::uniform, bound}; }
  static Init normal(double deviation) { return {Kind::normal, deviation}; }
  static Init constant(double value) { return {Kind::constant, value}; }
};

/// The tensors of one node, named and in order: parameters, which are trained, and buffers, which
/// are not. The host draws their initial values from a stream keyed by (seed, node, name), trains
/// the parameters, and writes both to checkpoints.
///
/// [not thread-safe while adding; read-only afterwards, except for the optimiser]
class GLIA_API ParameterSet {
 public:
  ParameterSet(std::uint64_t seed, std::string node, at::ScalarType dtype = at::kFloat);

  /// Adds a parameter and returns it; the handle stays valid, keep it. Names are unique in a node
  /// (Error, internal, if not).
  at::Tensor add(const std::string& name, const std::vector<std::int64_t>& shape, Init init);

  /// Adds a tensor that is saved with the parameters but not trained, such as a random matrix or
  /// what `Encoder::fit` finds; otherwise as `add`, names and start included. Change it in place.
  at::Tensor add_buffer(const std::string& name, const std::vector<std::int64_t>& shape, Init init);

  /// The parameters.
  const std::vector<std::pair<std::string, at::Tensor>>& all() const { return all_; }
  const std::vector<std::pair<std::string, at::Tensor>>& buffers() const { return buffers_; }
  /// What a checkpoint holds: parameters, then buffers.
  std::vector<std::pair<std::string, at::Tensor>> saved() const;
  at::ScalarType dtype() const { return dtype_; }
  /// Number of trainable scalars.
  std::int64_t count() const;

  /// Names added from now on start with `prefix`.
  void set_prefix(std::string prefix) { prefix_ = std::move(prefix); }

 private:
  using Named = std::vector<std::pair<std::string, at::Tensor>>;
  at::Tensor add_to(Named& list, const std::string& name, const std::vector<std::int64_t>& shape,
                    Init init);

  std::uint64_t seed_;
  std::string node_;
  std::string prefix_;
  at::ScalarType dtype_;
  Named all_, buffers_;
};

}  // namespace glia
