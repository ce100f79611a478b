// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace glia::train {

/// What LibTorch keeps for the whole process and any code may change: default type, threads, oneDNN,
/// deterministic algorithms, and this thread's gradient mode and automatic casts. Put back like
/// `ProcessState`. [one thread]
class TorchState {
 public:
  /// As it is now.
  TorchState();

  /// Puts back what has changed, and names it: "LibTorch's default type".
  std::vector<std::string> restore() const;

 private:
  int type_, threads_;
  bool onednn_, deterministic_, gradients_, casts_;
};

}  // namespace glia::train
