// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace glia {

/// A way to act that is no network, to compare policies with.
struct Baseline {
  std::string name;  ///< lower-case letters, digits, underscores
  std::string doc;   ///< one sentence
};

/// What the episodes of a task have in common.
struct TaskSpec {
  std::int64_t observation = 1;      ///< numbers that are observed before every action
  std::int64_t actions = 2;          ///< an action is one of 0 .. actions - 1
  std::int64_t steps = 1;            ///< of an episode, at most
  std::optional<double> greatest{};  ///< return that no policy can exceed, if it is known
  std::vector<Baseline> baselines{};
  /// Names of two baselines: their returns are score 0 and score 1.
  std::optional<std::pair<std::string, std::string>> score{};
};

/// What was seen in some episodes besides their returns, a number for each time that it was seen.
struct Measure {
  std::string name;  ///< lower-case letters, digits, underscores
  std::string unit;
  std::vector<double> values;
};

/// A number of episodes that run side by side, in lanes. What happens in one is a function of its
/// key and of the actions taken in it, whatever the others are. [one thread at a time]
class GLIA_API Episodes {
 public:
  virtual ~Episodes();

  /// Begins an episode in every lane; all that is random in that of lane e follows from keys[e].
  virtual void reset(std::span<const std::uint64_t> keys) = 0;

  /// Writes observation i of lane e to rows[i * stride + e]; of a lane whose episode has ended, any
  /// finite numbers.
  virtual void observe(std::span<float> rows, std::int64_t stride) const = 0;

  /// Acts in every lane; writes what each gains, and 1 where the episode has ended by now, else 0. In
  /// a lane whose episode has ended before, nothing happens and nothing is gained.
  virtual void step(std::span<const std::int32_t> actions, std::span<float> rewards,
                    std::span<std::uint8_t> ended) = 0;

  /// What baseline number `baseline` of the spec does now. It may look at what no policy observes. Asked
  /// for one baseline before every step of an episode, or not at all in it.
  virtual void advise(std::size_t baseline, std::span<std::int32_t> actions);

  /// What has been seen since the reset; the program reports medians.
  virtual std::vector<Measure> measures() const;
};

/// Something to do in time: observations, actions, rewards. A policy is trained to gain much.
class GLIA_API Task {
 public:
  virtual ~Task();

  /// [thread-safe]
  virtual TaskSpec spec() const = 0;
  /// Lanes for `count` episodes, to be reset before anything else. [thread-safe]
  virtual std::unique_ptr<Episodes> episodes(std::int64_t count) const = 0;
};

}  // namespace glia
