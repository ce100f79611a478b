// SPDX-License-Identifier: MIT
// Rows of calcium cells in continuous time, and their adjoint. What a sample is shown drives the
// first row; every other row is driven by what the one before it releases.
#pragma once

#include "cell.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace glia_calcium_rows {

enum class Readout {
  mean,     ///< what the last row releases, its mean over time
  arrival,  ///< the share of the time that is left when calcium first rises to `arrived`; 0: never
  speed     ///< um/s: all rows' length by the time until then; 0: never
};

struct Anatomy {
  glia::calcium::Constants constants{};
  glia::calcium::Cell<double> rest{};  ///< what every cell begins as
  std::int64_t rows = 1, width = 1;    ///< cells of a row
  double dt = 0.1;                     ///< s
  std::int64_t steps = 1;
  double gain = 0.3;      ///< uM/s: drive by a neighbour's full release and a weight of 1
  double coupling = 0.0;  ///< uM/s: strength of gap junctions
  Readout readout = Readout::mean;
  double spacing = 50;  ///< um from row to row

  static constexpr double arrived = 0.3;  ///< uM

  std::int64_t cells() const { return rows * width; }
  std::int64_t taps() const { return (rows - 1) * width * 3; }
};

/// Up to `lanes` samples. Drives, released shares, disturbances and their gradients are [cells of a
/// row, or of all rows][lanes].
template <class T>
class Tissue {
 public:
  /// `weights`: [rows - 1][width][3], of the left, the straight and the right neighbour in the row
  /// before; beyond row ends nothing is heard. `base`: [rows - 1][width]. Both in parts of `gain`.
  Tissue(const Anatomy& anatomy, const T* weights, const T* base);

  /// `drive`: [width][lanes] of the first row, uM/s. `noise`: [cells][lanes] on what is released,
  /// or null. `y`: [width][lanes], what is read of the last row. Error (numeric) with cell, time and
  /// advice if dt is too long.
  void forward(const T* drive, const T* noise, T* y);

  /// After `forward` with the same: from the gradient of y those of the drive, and added up over
  /// all lanes those of weights and base.
  void backward(const T* drive, const T* noise, const T* dy, T* d_drive, T* d_weights, T* d_base);

 private:
  using State = std::vector<Part<T>>;

  void rest();
  void step(State& state, const T* drive, const T* noise);
  void step_back(const State& state, State& by, const T* drive, const T* noise);
  void rates_of(const State& state, const T* drive, const T* noise, State& out);
  void back(const State& state, const State& by, const T* drive, const T* noise, State& out);
  void drives_of(const State& state, const T* drive, const T* noise);
  void through_junctions(const State& state);
  void back_through_junctions(const State& state, const State& by, State& out) const;
  void read(const State& state, T* y) const;
  void read_back(const State& state, const T* dy, State& by) const;
  void note_arrivals(const State& state, std::int64_t step);
  void read_arrivals(T* y) const;
  T um_a_step() const;
  void arrivals_back(std::int64_t step, const T* dy, bool after, State& by) const;
  void check(const State& state, std::int64_t step) const;

  template <class Each>
  void each_junction(Each each) const;

  const Anatomy& anatomy_;
  Kinetics<T> kinetics_;
  const T *weights_, *base_;
  Part<T> rest_{};
  State state_, moved_, k1_, k2_, k3_, k4_, slope_, sum_;
  /// When calcium of a cell of the last row first rises to `arrived`: after step `step` (0: never) it
  /// is `above`, one step before it was `below`.
  struct Arrival {
    std::int64_t step = 0;
    T below{}, above{};

    /// In steps: between two of them calcium rises in a straight line.
    T time() const {
      return static_cast<T>(step - 1) + (T(Anatomy::arrived) - below) / (above - below);
    }
  };
  std::vector<Arrival> arrivals_;             ///< [width][lanes]
  std::vector<State> marks_, stretch_;        ///< states to go back from
  std::vector<T> drives_, released_;          ///< [cells][lanes]
  std::vector<T> d_first_, d_taps_, d_base_;  ///< by lane, added up over time
};

}  // namespace glia_calcium_rows
