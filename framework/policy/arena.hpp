// SPDX-License-Identifier: MIT
#pragma once

#include "policy/lane_program.hpp"
#include "policy/student.hpp"

#include <glia/sdk/random.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace glia::policy {

/// Keys of episodes: those of "<policy>/<purpose>" number `number`.
std::vector<std::uint64_t> episode_keys(const Student& student, const std::string& purpose,
                                        std::uint64_t number, std::int64_t count);

/// How a lane acts on its last row of cells.
enum class Acting {
  greatest,  ///< the cell with the most wins, the first of equals
  sampled,   ///< with the probabilities of a softmax
};

/// What the draws of a play are keyed by, besides the policy's id.
struct Play {
  std::string purpose;       ///< "train", "validation", "test"
  std::uint64_t number = 0;  ///< of the generation
  Acting acting = Acting::greatest;
  bool training = false;  ///< whether disturbances act as in training
};

/// What one lane of a play has done, step by step, where that is asked for.
struct Trace {
  std::vector<float> observations;    ///< [steps][observation]
  std::vector<std::int32_t> actions;  ///< [steps]
  std::vector<float> rewards;         ///< [steps]
};

/// What came out of a play, by lane: lane = candidate * episodes + episode.
struct Played {
  std::vector<double> returns;
  std::int64_t steps = 0;           ///< of all lanes
  std::vector<bool> used{};         ///< of each action, whether any lane has taken it
  std::vector<Measure> measures{};  ///< of all lanes, in order
  std::vector<Trace> traces{};      ///< if they are kept
};

/// Plays episodes of a task side by side: `candidates` sets of parameters times `episodes`, in tiles
/// of lanes that threads share. The numbers do not depend on the threads.
class Arena {
 public:
  /// `student` must outlive the arena.
  Arena(const Student& student, std::int64_t candidates, std::int64_t episodes);
  ~Arena();

  std::int64_t candidates() const { return candidates_; }
  std::int64_t episodes() const { return episodes_; }

  /// `flat`: [candidates, parameters]. Every candidate plays the episodes of all keys. Error
  /// (numeric) if a reward is no finite number.
  Played play(const float* flat, std::span<const std::uint64_t> keys, const Play& how,
              bool keep_traces = false);

  /// The same with what the task's baseline `number` advises, in place of a policy.
  Played play_baseline(std::size_t number, std::span<const std::uint64_t> keys);

 private:
  class Tile;

  template <class Each>
  Played gather(bool keep_traces, Each each);

  const Student& student_;
  std::int64_t candidates_, episodes_;
  std::vector<std::unique_ptr<Tile>> tiles_;
};

}  // namespace glia::policy
