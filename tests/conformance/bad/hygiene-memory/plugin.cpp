// SPDX-License-Identifier: MIT
// Keeps 100 kB of every call.
#include "../bad.hpp"

#include <mutex>
#include <vector>

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    static std::mutex guard;
    static std::vector<std::vector<char>> kept;
    const std::lock_guard lock(guard);
    kept.emplace_back(100'000, 'x');
    return answer(row);
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
