// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <string>
#include <vector>

namespace glia {

/// A data set that has something to tell about its files that is no error - numbers that lose digits,
/// files that are passed over - derives from this too: `glia validate` and every run say it.
class GLIA_API Remarks {
 public:
  virtual ~Remarks();

  /// Each a sentence that names the file. Called before `open()` or after it; errors as those of
  /// `spec()`. [thread-safe]
  virtual std::vector<std::string> remarks() const = 0;
};

}  // namespace glia
