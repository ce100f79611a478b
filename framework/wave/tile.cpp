// SPDX-License-Identifier: MIT
#include "wave/tile.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <span>

namespace glia::wave {
template <class T>
Tile<T>::Tile(const Program& program, const Schedule& schedule, std::int64_t stride, T* rows,
              T* scratch)
    : program_(program),
      schedule_(schedule),
      kernels_(kernels<T>()),
      stride_(stride),
      rows_(rows),
      scratch_(scratch) {
  assert(stride % lanes<T> == 0 && stride <= tile_samples);
}

template <class T>
const T* Tile<T>::forward(const Weights<T>& weights, const T* x, const Draws& draws) {
  for (const auto& segment : schedule_.segments) run(segment, weights, x, draws);
  return row(program_.ops().size(), x);
}

template <class T>
void Tile<T>::run(const Schedule::Segment& segment, const Weights<T>& weights, const T* x,
                  const Draws& draws) {
  if (segment.strip > 0) return strips(segment, x).forward(weights);
  for (std::size_t i = segment.first; i < segment.last; ++i) run(i, weights, x, draws);
}

template <class T>
void Tile<T>::run(std::size_t i, const Weights<T>& weights, const T* x, const Draws& draws) {
  if (program_.is_fused(i)) return;
  const T* in = row(i, x);
  T* out = rows_ + schedule_.row[i + 1] * stride_;
  const Op& op = program_.ops()[i];
  if (const auto* step = std::get_if<StencilOp>(&op)) {
    const std::size_t block = program_.block_of(i);
    kernels_.weigh(program_.blocks()[block].wiring->forward(), stride_, in, weights.weight(block),
                   weights.bias(block), program_.fused_activation(i), out);
  } else if (const auto* activation = std::get_if<ActivationOp>(&op)) {
    respond(i, *activation, weights, in, out);
  } else if (const auto* disturb = std::get_if<DisturbOp>(&op)) {
    this->disturb(i, *disturb, in, out, draws);
  } else if (const auto* rest = std::get_if<RestOp>(&op)) {
    std::fill_n(out, rest->cells * stride_, T(0));
  } else if (const auto* collect = std::get_if<CollectOp>(&op)) {
    this->collect(*collect, x, out);
  } else if (const auto* skip = std::get_if<SkipOp>(&op)) {
    this->skip(*skip, program_.width(i), in, x, out);
  } else {
    if (in != out) std::copy_n(in, program_.width(i) * stride_, out);
    if (const auto* inject = std::get_if<InjectOp>(&op)) this->inject(*inject, x, out);
  }
}

template <class T>
void Tile<T>::skip(const SkipOp& op, std::int64_t width, const T* in, const T* x, T* out) const {
  const Overlay over(width, program_.width(op.row));
  const std::int64_t first = over.a * stride_, end = first + over.count * stride_;
  if (in != out) {
    std::copy_n(in, first, out);
    std::copy_n(in + end, width * stride_ - end, out + end);
  }
  kernels_.add(end - first, in + first, row(op.row, x) + over.b * stride_, out + first);
}

template <class T>
void Tile<T>::inject(const InjectOp& op, const T* x, T* y) const {
  const T* from = row(op.row, x) + op.first * stride_;
  for (const std::int32_t cell : op.to) {
    T* to = y + cell * stride_;
    kernels_.add(stride_, to, from, to);
    from += stride_;
  }
}

template <class T>
void Tile<T>::collect(const CollectOp& op, const T* x, T* y) const {
  if (!op.mean) {
    for (const std::size_t r : op.rows) y = std::copy_n(row(r, x), program_.width(r) * stride_, y);
    return;
  }
  const std::int64_t count = program_.width(op.rows.front()) * stride_;
  std::copy_n(row(op.rows.front(), x), count, y);
  for (std::size_t k = 1; k < op.rows.size(); ++k) kernels_.add(count, y, row(op.rows[k], x), y);
  const T share = T(1) / static_cast<T>(op.rows.size());
  for (std::int64_t c = 0; c < count; ++c) y[c] *= share;
}

template <class T>
void Tile<T>::collect_back(const CollectOp& op, const T* dy) const {
  const T share = op.mean ? T(1) / static_cast<T>(op.rows.size()) : T(1);
  for (const std::size_t r : op.rows) {
    const std::int64_t count = program_.width(r) * stride_;
    if (T* collected = gradient_of(r)) {
      for (std::int64_t c = 0; c < count; ++c) collected[c] += share * dy[c];
    }
    if (!op.mean) dy += count;
  }
}

template <class T>
void Tile<T>::respond(std::size_t i, const ActivationOp& op, const Weights<T>& weights, const T* x,
                      T* y) {
  if (!op.runs_plugin()) return kernels_.activate(op.kernel, program_.width(i), stride_, x, y);
  op.phi->forward({.cells = program_.width(i),
                   .stride = stride_,
                   .x = x,
                   .out = y,
                   .parameters = weights.of_cells(i)});
}

template <class T>
void Tile<T>::respond_back(std::size_t i, const ActivationOp& op, const Weights<T>& weights,
                           const T* x, T* dy, const Gradients<T>& gradients) {
  const T* y = row(i + 1, x);
  if (!op.runs_plugin()) {
    return kernels_.activate_backward(op.kernel, program_.width(i), stride_, y, dy, dy);
  }
  std::array<CellParameter<T>, most_activation_parameters> parameters;
  const auto& places = program_.places_of(i);
  for (std::size_t p = 0; p < places.size(); ++p) {
    parameters[p] = weights.of_cells(i)[p];
    parameters[p].gradient = gradients.at(places[p]);
  }
  op.phi->backward({.cells = program_.width(i),
                    .stride = stride_,
                    .x = op.needs_input() ? row(i, x) : nullptr,
                    .y = y,
                    .dy = dy,
                    .out = dy,
                    .parameters = std::span(parameters).first(places.size())});
}

template <class T>
void Tile<T>::disturb(std::size_t i, const DisturbOp& op, const T* x, T* y, const Draws& draws) {
  const std::int64_t cells = program_.width(i), count = cells * stride_;
  T* mask = op.entry->scales ? rows_ + schedule_.mask[i] * stride_ : nullptr;
  if (op.entry->rests(op.what.level, draws.training)) {
    if (x != y) std::copy_n(x, count, y);
    if (mask) std::fill_n(mask, count, T(1));
    return;
  }
  draw_cells<T>(op, draws, cells, stride_, [&](std::int64_t c, const T* terms) {
    const std::int64_t at = c * stride_;
    if (!mask) {
      for (std::int64_t b = 0; b < stride_; ++b) y[at + b] = x[at + b] + terms[b];
      return;
    }
    for (std::int64_t b = 0; b < stride_; ++b) {
      mask[at + b] = terms[b];
      y[at + b] = x[at + b] * terms[b];
    }
  });
}

template <class T>
void Tile<T>::backward(const Weights<T>& weights, const T* x, const Draws& draws, T* dy,
                       const Gradients<T>& gradients, T* dx) {
  T* const buffers[2] = {scratch_, scratch_ + program_.widest() * stride_};
  wants_input_ = dx != nullptr;
  for (std::size_t r = 0; r <= program_.ops().size(); ++r) {
    if (program_.last_skip(r)) continue;  // written by the first op on the way back
    if (T* g = gradient_of(r)) std::fill_n(g, program_.width(r) * stride_, T(0));
  }
  for (std::size_t s = schedule_.segments.size(); s-- > 0;) {
    const auto& segment = schedule_.segments[s];
    const auto other = [&](std::size_t i) {
      return i == 0 ? dx : dy == buffers[0] ? buffers[1] : buffers[0];
    };
    const auto add_skipped = [&](std::size_t i) {
      T* skipped = gradient_of(i);
      if (skipped && dy) kernels_.add(program_.width(i) * stride_, dy, skipped, dy);
    };
    if (segment.strip > 0) {
      dy = back_strips(segment, weights, x, dy, gradients, other(segment.first));
      add_skipped(segment.first);
      continue;
    }
    if (s + 1 < schedule_.segments.size()) run(segment, weights, x, draws);
    for (std::size_t i = segment.last; i-- > segment.first;) {
      dy = back(i, weights, x, dy, gradients, other(i));
      add_skipped(i);
    }
  }
  if (dx && dy != dx) std::copy_n(dy, program_.in() * stride_, dx);
}

template <class T>
void Tile<T>::back_stencil(std::size_t i, const StencilOp& op, const T* x,
                           const Weights<T>& weights, const T* dy, const Gradients<T>& gradients,
                           T* dx) {
  const std::size_t block = program_.block_of(i);
  const auto before = program_.stencil_behind(i);
  kernels_.weigh_back({
      .taps = program_.blocks()[block].wiring->backward(),
      .stride = stride_,
      .x = x,
      .dy = dy,
      .weight = weights.back_weight(block),
      .phi = program_.activation_behind(i),
      .gradient = gradients.back_weight(block),
      .dx = dx,
      .sums = before ? gradients.bias(program_.block_of(*before)) : nullptr,
  });
  T* bias = gradients.bias(block);
  if (bias && !program_.has_stencil_ahead(i)) kernels_.sum_rows(op.stencil.out, stride_, dy, bias);
}

template <class T>
StripPass<T> Tile<T>::strips(const Schedule::Segment& segment, const T* x) const {
  return StripPass<T>(
      program_, segment, stride_,
      {.first = row(segment.first, x),
       .last = rows_ + schedule_.row[segment.last] * stride_,
       .rows = rows_ + schedule_.windows * stride_,
       .gradients = scratch_ ? scratch_ + schedule_.back_windows * stride_ : nullptr});
}

template <class T>
T* Tile<T>::back_strips(const Schedule::Segment& segment, const Weights<T>& weights, const T* x,
                        T* dy, const Gradients<T>& gradients, T* other) {
  std::size_t last = segment.last - 1;
  if (!std::holds_alternative<StencilOp>(program_.ops()[last])) {  // the activation that it applies
    back(last, weights, x, dy, gradients, nullptr);
    --last;
  }
  T* bias = gradients.bias(program_.block_of(last));
  if (bias && !program_.has_stencil_ahead(last)) {
    kernels_.sum_rows(program_.width(last + 1), stride_, dy, bias);
  }
  strips(segment, x).backward(weights, dy, gradients, other);
  return other;
}

template <class T>
void Tile<T>::skip_back(std::size_t i, const SkipOp& op, const T* dy) const {
  T* const skipped = gradient_of(op.row);
  if (!skipped) return;
  const Overlay over(program_.width(i), program_.width(op.row));
  const std::int64_t begin = over.b * stride_, count = over.count * stride_;
  const bool first = program_.last_skip(op.row) == i && i > 0;
  if (first) {
    std::fill_n(skipped, begin, T(0));
    std::fill(skipped + begin + count, skipped + program_.width(op.row) * stride_, T(0));
  }
  T* to = skipped + begin;
  kernels_.add(count, dy + over.a * stride_, first ? nullptr : to, to);
}

template <class T>
T* Tile<T>::back(std::size_t i, const Weights<T>& weights, const T* x, T* dy,
                 const Gradients<T>& gradients, T* other) {
  const Op& op = program_.ops()[i];
  const std::int64_t count = program_.width(i) * stride_;
  if (const auto* step = std::get_if<StencilOp>(&op)) {
    back_stencil(i, *step, row(i, x), weights, dy, gradients, other);
    return other;
  }
  const auto* collect = std::get_if<CollectOp>(&op);
  if (collect) collect_back(*collect, dy);
  if (collect || std::holds_alternative<RestOp>(op)) {  // nothing goes on to the row before
    if (other) std::fill_n(other, count, T(0));
    return other;
  }
  if (const auto* skip = std::get_if<SkipOp>(&op)) {
    skip_back(i, *skip, dy);
  } else if (const auto* inject = std::get_if<InjectOp>(&op)) {
    T* heard = gradient_of(inject->row);
    if (heard) heard += inject->first * stride_;
    for (std::size_t j = 0; heard && j < inject->to.size(); ++j, heard += stride_) {
      kernels_.add(stride_, heard, dy + inject->to[j] * stride_, heard);
    }
  } else if (std::holds_alternative<CutOp>(op)) {
    std::fill_n(dy, count, T(0));
  } else if (const auto* activation = std::get_if<ActivationOp>(&op)) {
    const bool done = program_.is_fused(i) && i + 1 < program_.ops().size() &&
                      std::holds_alternative<StencilOp>(program_.ops()[i + 1]) &&
                      program_.is_fused_back(i + 1);
    if (!done) respond_back(i, *activation, weights, x, dy, gradients);
  } else if (schedule_.mask[i] >= 0) {
    const T* mask = rows_ + schedule_.mask[i] * stride_;
    for (std::int64_t k = 0; k < count; ++k) dy[k] *= mask[k];
  }
  return dy;
}

template class Tile<float>;
template class Tile<double>;

}  // namespace glia::wave
