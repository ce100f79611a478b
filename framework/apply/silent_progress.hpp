// SPDX-License-Identifier: MIT
#pragma once

#include "train/progress.hpp"

namespace glia::apply {

/// Nobody watches: it takes seconds.
class SilentProgress final : public train::Progress {
 public:
  void stage_begins(const std::string&) override {}
  void batch(const std::string&, std::int64_t, std::int64_t, std::uint64_t,
             std::uint64_t) override {}
  void epoch(const train::EpochReport&) override {}
  void stage_ends(const std::string&, double, bool) override {}
};

}  // namespace glia::apply
