// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace glia::train {

/// Parameters that training leaves as they are, by their places in the flat arrays (see
/// FlatParameters). Whatever an optimizer does, decay of weights included, they keep every bit.
class Frozen {
 public:
  /// `count` parameters from place `first` on, which lies beyond those added before.
  void add(std::int64_t first, std::int64_t count);

  bool empty() const { return ranges_.empty(); }
  std::int64_t count() const;

  /// Sets their gradient to zero, so that they are no part of its length.
  void silence(const at::Tensor& gradient) const;
  /// Takes their values from `kept`, a copy of all values.
  void restore(const at::Tensor& kept, const at::Tensor& values) const;

 private:
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges_;  // place and length
};

}  // namespace glia::train
