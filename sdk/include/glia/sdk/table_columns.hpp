// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <string>
#include <vector>

namespace glia {

/// The columns of a table of which samples are made: all that it takes to read another one alike.
struct TableColumns {
  std::vector<std::string> inputs;  ///< names of those that a sample is made of, in this order
  std::vector<std::string> all{};   ///< names of all columns, as they stand in the table
  char separator = ',';
  bool header = true;  ///< whether the first line names them; else they are called 1, 2, 3, ...
  char decimal = '.';  ///< what stands before the decimals of a number: . or ,
};

/// A data set that is read from a table derives from this too: what a run trains then knows its
/// columns, and `glia predict` finds them by name in a new file.
class GLIA_API Tabular {
 public:
  virtual ~Tabular();

  /// Of what is trained on. Must not depend on `open()`; errors as those of `spec()`. [thread-safe]
  virtual TableColumns columns() const = 0;
};

}  // namespace glia
