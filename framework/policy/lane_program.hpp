// SPDX-License-Identifier: MIT
#pragma once

#include "wave/disturb.hpp"
#include "wave/memory.hpp"
#include "wave/program.hpp"
#include "wave/weights.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace glia::policy {

/// A state that is carried from pass to pass: op `rest` of the program begins with it, in place of
/// rest, and row `row` is what becomes of it.
struct Carry {
  std::size_t rest = 0;
  std::size_t row = 0;
};

/// Runs a program over lanes that have parameters of their own, as the engine runs one over samples
/// that share them: a row is [cells][lanes]. Many networks of one shape are so computed in whole
/// vectors, however small each is. [one pass at a time]
class LaneProgram {
 public:
  static constexpr std::int64_t lanes = wave::tile_samples;

  /// `program` must outlive the object.
  explicit LaneProgram(const wave::Program& program, const std::vector<Carry>& carries = {});

  /// From now on, lanes first .. last - 1 run on the flat parameters at `flat` (see wave::Program),
  /// which stay where they are. Groups of lanes are told in order from lane 0 on.
  void set(std::int64_t first, std::int64_t last, const float* flat);

  /// x [in][lanes] -> the last row [out][lanes], valid until the next pass. Lanes that were never
  /// set hold finite numbers.
  const float* forward(const float* x, const wave::Draws& draws);

  /// All states that are carried are at rest again.
  void rest();

 private:
  /// A state between passes.
  struct State {
    Carry carry;
    wave::Memory<float> cells;
  };
  /// Lanes with the same parameters.
  struct Group {
    std::int64_t first = 0, last = 0;
    std::unique_ptr<wave::Weights<float>> weights;
  };

  const float* row(std::size_t number, const float* x) const {
    return number == 0 ? x : rows_.data() + place_[number] * lanes;
  }
  void run(std::size_t op, const float* x, const float* in, float* out, const wave::Draws& draws);
  void begin(std::size_t op, float* y) const;
  void inject(std::size_t op, const wave::InjectOp& inject, const float* x, const float* from,
              float* y) const;
  void collect(std::size_t op, const wave::CollectOp& collect, const float* x, float* y) const;
  void weigh(std::size_t op, const wave::StencilOp& step, const float* x, float* y) const;
  void respond(std::size_t op, const wave::ActivationOp& activation, const float* x, float* y);
  void disturb(std::size_t op, const wave::DisturbOp& op_, const float* x, float* y,
               const wave::Draws& draws) const;
  void skip(std::size_t op, const wave::SkipOp& skip, const float* x, const float* from,
            float* y) const;

  const wave::Program& program_;
  std::vector<std::int64_t> place_;       ///< of each row but the input, in cells
  std::vector<std::int64_t> bias_place_;  ///< of each block; -1: none is added
  wave::Memory<float> rows_, weights_, biases_, group_x_, group_y_;
  std::vector<State> states_;
  std::vector<Group> groups_;
  std::size_t groups_used_ = 0;
};

}  // namespace glia::policy
