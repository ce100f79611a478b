// SPDX-License-Identifier: MIT
#pragma once

#include "wave/kernels.hpp"
#include "wave/program.hpp"
#include "wave/schedule.hpp"
#include "wave/strips.hpp"
#include "wave/weights.hpp"

#include <array>
#include <cstdint>

namespace glia::wave {

/// Where a pass through a segment in strips reads and writes. Rows are [cells][stride].
template <class T>
struct StripMemory {
  const T* first = nullptr;  ///< the row that the segment hears, whole
  T* last = nullptr;         ///< the row that it makes, whole
  T* rows = nullptr;         ///< room for the rows between: (steps - 1) * segment.window cells
  T* gradients = nullptr;    ///< and for their gradients: (steps - 1) * segment.back_window cells
};

/// A segment whose rows are gone through strip by strip: what is between the first row and the last is only
/// held as far as the strips need it. The bits of a pass that takes whole rows. [one pass at a time]
template <class T>
class StripPass {
 public:
  StripPass(const Program& program, const Schedule::Segment& segment, std::int64_t stride,
            const StripMemory<T>& memory);

  /// The last row.
  void forward(const Weights<T>& weights);

  /// From the gradient dy of what the last stencil left, whole, to dx, that of the first row, whole, or null.
  /// Adds the parameters' gradients, but for the biases of the last stencil. Rows between are computed
  /// again.
  void backward(const Weights<T>& weights, const T* dy, const Gradients<T>& gradients, T* dx);

 private:
  /// A row whose cells lie in memory from cell `origin` on.
  class Row {
   public:
    Row() = default;
    explicit Row(T* memory) : memory_(memory) {}
    bool there() const { return memory_ != nullptr; }
    T* cell(std::int64_t number, std::int64_t stride) const {
      return memory_ + (number - origin_) * stride;
    }
    /// Where cell 0 is or would be: for kernels, which go from there to cells that are there.
    T* base(std::int64_t stride) const;
    /// Leaves out what is before cell `low`; cells up to `done` are kept.
    void slide(std::int64_t low, std::int64_t done, std::int64_t stride);

   private:
    T* memory_ = nullptr;
    std::int64_t origin_ = 0;
  };
  using Rows = std::array<Row, Chain::most_steps + 1>;

  void start();
  /// Row r as a step reads it by its taps.
  const T* heard(std::size_t r) const;
  /// Cells of row r by step r - 1.
  void weigh(const Weights<T>& weights, std::size_t r, Cells cells);
  /// Cells of the gradient of row r, and what step r has of the parameters' gradients there; dy is that of
  /// the last row.
  void back(const Weights<T>& weights, const Gradients<T>& gradients, std::size_t r, Cells cells,
            const T* dy);

  const Program& program_;
  const Schedule::Segment& segment_;
  const Chain chain_;
  const Kernels<T>& kernels_;
  std::int64_t stride_;
  StripMemory<T> memory_;
  Rows rows_, gradients_;
};

}  // namespace glia::wave
