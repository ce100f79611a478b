// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fuzz {

/// Changes seeds a little, the same way for the same number on every machine.
class Mutator {
 public:
  Mutator(std::vector<std::string> seeds, std::uint64_t seed)
      : seeds_(std::move(seeds)), state_(seed) {}

  std::string next();

 private:
  std::uint64_t bits();
  std::size_t below(std::size_t end) { return end == 0 ? 0 : bits() % end; }
  const std::string& any() { return seeds_[below(seeds_.size())]; }
  void change(std::string& text);

  const std::vector<std::string> seeds_;
  std::uint64_t state_;
};

}  // namespace fuzz
