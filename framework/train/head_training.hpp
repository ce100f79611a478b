// SPDX-License-Identifier: MIT
#pragma once

#include "graph/stages.hpp"
#include "train/encoding.hpp"
#include "train/environment.hpp"
#include "train/results.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace glia::train {

/// A head with copies of its own of the networks on its path, over frozen latents.
class HeadRun {
 public:
  virtual ~HeadRun();

  /// Called with the number of each epoch (from 0) before it begins, or of the last one if nothing
  /// is left to do; may change the latents in place.
  virtual void before_epochs(std::function<void(std::int64_t)> before) = 0;

  /// Trains, testing after every epoch. True if an earlier run had done it all.
  virtual bool train(HeadResult& result) = 0;

  /// Tests what has been trained with its weights damaged, as the head's `damage` says.
  virtual void damage(HeadResult& result) = 0;
};

/// All arguments must outlive what is made.
std::unique_ptr<HeadRun> make_head_run(const Environment& environment, const graph::Stage& stage,
                                       const config::HeadNode& node, const Encoded& latents);

}  // namespace glia::train
