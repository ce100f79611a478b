// SPDX-License-Identifier: MIT
#include "wave/strip_pass.hpp"

#include <cstring>

namespace glia::wave {

template <class T>
T* StripPass<T>::Row::base(std::int64_t stride) const {
  // As numbers: a pointer that leaves its array is not defined, and this one is only a place to count from.
  const auto place = reinterpret_cast<std::intptr_t>(memory_);
  return reinterpret_cast<T*>(place - origin_ * stride * static_cast<std::int64_t>(sizeof(T)));
}

template <class T>
void StripPass<T>::Row::slide(std::int64_t low, std::int64_t done, std::int64_t stride) {
  if (low == origin_) return;
  std::memmove(memory_, cell(low, stride),
               static_cast<std::size_t>((done - low) * stride) * sizeof(T));
  origin_ = low;
}

template <class T>
StripPass<T>::StripPass(const Program& program, const Schedule::Segment& segment,
                        std::int64_t stride, const StripMemory<T>& memory)
    : program_(program),
      segment_(segment),
      chain_(program, segment.first, segment.last),
      kernels_(kernels<T>()),
      stride_(stride),
      memory_(memory) {}

template <class T>
void StripPass<T>::start() {
  for (std::size_t r = 1; r < chain_.steps; ++r) {
    const auto place = static_cast<std::int64_t>(r - 1) * stride_;
    rows_[r] = Row(memory_.rows + place * segment_.window);
    gradients_[r] =
        memory_.gradients ? Row(memory_.gradients + place * segment_.back_window) : Row();
  }
  rows_[chain_.steps] = Row(memory_.last);
}

template <class T>
void StripPass<T>::forward(const Weights<T>& weights) {
  start();
  StripWalk walk(chain_, segment_.strip, StripWalk::Way::forward);
  while (walk.next()) {
    for (std::size_t r = 1; r <= chain_.steps; ++r) {
      const Cells cells = walk.row(r);
      if (r < chain_.steps) rows_[r].slide(walk.lowest_of_row(r), cells.begin, stride_);
      weigh(weights, r, cells);
    }
  }
}

template <class T>
void StripPass<T>::backward(const Weights<T>& weights, const T* dy, const Gradients<T>& gradients,
                            T* dx) {
  start();
  gradients_[0] = Row(dx);
  StripWalk walk(chain_, segment_.strip, StripWalk::Way::back);
  while (walk.next()) {
    for (std::size_t r = 1; r < chain_.steps; ++r) {
      const Cells cells = walk.row(r);
      rows_[r].slide(walk.lowest_of_row(r), cells.begin, stride_);
      gradients_[r].slide(walk.lowest_of_gradient(r), walk.gradient(r).begin, stride_);
      weigh(weights, r, cells);
    }
    for (std::size_t r = chain_.steps; r-- > 0;) back(weights, gradients, r, walk.gradient(r), dy);
  }
}

template <class T>
const T* StripPass<T>::heard(std::size_t r) const {
  return r == 0 ? memory_.first : rows_[r].base(stride_);
}

template <class T>
void StripPass<T>::weigh(const Weights<T>& weights, std::size_t r, Cells cells) {
  if (cells.count() == 0) return;
  const std::size_t op = chain_.op[r - 1], block = program_.block_of(op);
  Taps taps = chain_.wiring[r - 1]->forward();
  taps.first += cells.begin;
  taps.cells = cells.count();
  const T* bias = weights.bias(block);
  kernels_.weigh(taps, stride_, heard(r - 1), weights.weight(block),
                 bias ? bias + cells.begin : nullptr, program_.fused_activation(op),
                 rows_[r].cell(cells.begin, stride_));
}

template <class T>
void StripPass<T>::back(const Weights<T>& weights, const Gradients<T>& gradients, std::size_t r,
                        Cells cells, const T* dy) {
  if (cells.count() == 0) return;
  const std::size_t op = chain_.op[r], block = program_.block_of(op);
  Taps taps = chain_.wiring[r]->backward();
  T* gradient = gradients.back_weight(block);
  if (gradient) gradient += taps.first[cells.begin];
  taps.first += cells.begin;
  taps.cells = cells.count();
  const auto before = program_.stencil_behind(op);
  T* sums = before ? gradients.bias(program_.block_of(*before)) : nullptr;
  const bool wanted = r > 0 || gradients_[0].there();
  kernels_.weigh_back({
      .taps = taps,
      .stride = stride_,
      .x = r == 0 ? memory_.first + cells.begin * stride_ : rows_[r].cell(cells.begin, stride_),
      .dy = r + 1 == chain_.steps ? dy : gradients_[r + 1].base(stride_),
      .weight = weights.back_weight(block),
      .phi = program_.activation_behind(op),
      .gradient = gradient,
      .dx = wanted ? gradients_[r].cell(cells.begin, stride_) : nullptr,
      .sums = sums ? sums + cells.begin : nullptr,
  });
}

template class StripPass<float>;
template class StripPass<double>;

}  // namespace glia::wave
