// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <string>
#include <vector>

namespace glia {

/// One thing that is done to a row of numbers, written down so that other programs can do it too:
/// what a checkpoint and an ONNX file say of an encoder.
struct RowStep {
  enum class Op {
    multiply,             ///< row times a matrix [in, out]
    multiply_transposed,  ///< row times the transpose of a matrix [out, in]
    add,                  ///< a number for each place of the row
    subtract,
    divide,
    relu,
    tanh,
    sigmoid
  };
  Op op = Op::add;
  std::string tensor{};  ///< name of the parameter that it works with; empty for functions
};

/// Steps in order. None: the row as it is.
using Recipe = std::vector<RowStep>;

/// An encoder that can write down how the mean of its code follows from an input derives from this
/// too: programs that read checkpoints can then do the same, and `glia export` writes it as ONNX.
class GLIA_API WrittenDown {
 public:
  virtual ~WrittenDown();

  /// Names are those of the encoder's parameters. [thread-safe]
  virtual Recipe recipe() const = 0;
};

}  // namespace glia
