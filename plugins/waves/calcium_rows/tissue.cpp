// SPDX-License-Identifier: MIT
#include "tissue.hpp"

#include <algorithm>
#include <cmath>

namespace glia_calcium_rows {
namespace {

std::size_t at(std::int64_t n) { return static_cast<std::size_t>(n); }

/// to = from + by * rate, of all cells.
template <class T>
void move(const std::vector<Part<T>>& from, const std::vector<Part<T>>& rate, T by,
          std::vector<Part<T>>& to) {
  for (std::size_t n = 0; n < from.size(); ++n) {
    for (int l = 0; l < lanes; ++l) {
      to[n].c[l] = from[n].c[l] + by * rate[n].c[l];
      to[n].h[l] = from[n].h[l] + by * rate[n].h[l];
      to[n].i[l] = from[n].i[l] + by * rate[n].i[l];
    }
  }
}

/// to = a * x + b * y.
template <class T>
void mix(T a, const std::vector<Part<T>>& x, T b, const std::vector<Part<T>>& y,
         std::vector<Part<T>>& to) {
  for (std::size_t n = 0; n < x.size(); ++n) {
    for (int l = 0; l < lanes; ++l) {
      to[n].c[l] = a * x[n].c[l] + b * y[n].c[l];
      to[n].h[l] = a * x[n].h[l] + b * y[n].h[l];
      to[n].i[l] = a * x[n].i[l] + b * y[n].i[l];
    }
  }
}

}  // namespace

template <class T>
Tissue<T>::Tissue(const Anatomy& anatomy, const T* weights, const T* base)
    : anatomy_(anatomy),
      kinetics_(anatomy.constants),
      weights_(weights),
      base_(base),
      drives_(at(anatomy.cells() * lanes)),
      released_(at(anatomy.cells() * lanes)),
      d_first_(at(anatomy.width * lanes)),
      d_taps_(at(anatomy.taps() * lanes)),
      d_base_(at((anatomy.rows - 1) * anatomy.width * lanes)) {
  const auto& still = anatomy.rest;
  std::fill_n(rest_.c, lanes, static_cast<T>(still.calcium));
  std::fill_n(rest_.h, lanes, static_cast<T>(still.open));
  std::fill_n(rest_.i, lanes, static_cast<T>(still.ip3));
  for (State* all : {&state_, &moved_, &k1_, &k2_, &k3_, &k4_, &slope_, &sum_}) {
    all->assign(at(anatomy.cells()), rest_);
  }
}

template <class T>
void Tissue<T>::rest() {
  std::fill(state_.begin(), state_.end(), rest_);
  arrivals_.assign(at(anatomy_.width * lanes), Arrival{.step = 0, .below = rest_.c[0]});
}

template <class T>
void Tissue<T>::forward(const T* drive, const T* noise, T* y) {
  rest();
  std::fill_n(y, anatomy_.width * lanes, T(0));
  for (std::int64_t s = 0; s < anatomy_.steps; ++s) {
    step(state_, drive, noise);
    check(state_, s + 1);
    if (anatomy_.readout == Readout::mean) {
      read(state_, y);
    } else {
      note_arrivals(state_, s + 1);
    }
  }
  if (anatomy_.readout != Readout::mean) read_arrivals(y);
}

/// States are computed again, a stretch at a time: about 2 sqrt(steps) of them are kept.
template <class T>
void Tissue<T>::backward(const T* drive, const T* noise, const T* dy, T* d_drive, T* d_weights,
                         T* d_base) {
  const auto length =
      static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(anatomy_.steps))));
  marks_.clear();
  rest();
  for (std::int64_t s = 0; s < anatomy_.steps; ++s) {
    if (s % length == 0) marks_.push_back(state_);
    step(state_, drive, noise);
    if (anatomy_.readout != Readout::mean) note_arrivals(state_, s + 1);
  }
  std::fill(d_first_.begin(), d_first_.end(), T(0));
  std::fill(d_taps_.begin(), d_taps_.end(), T(0));
  std::fill(d_base_.begin(), d_base_.end(), T(0));
  State by(at(anatomy_.cells()), Part<T>{});
  for (auto mark = static_cast<std::int64_t>(marks_.size()); mark-- > 0;) {
    const std::int64_t first = mark * length, end = std::min(first + length, anatomy_.steps);
    stretch_.assign(1, marks_[at(mark)]);
    for (std::int64_t s = first; s < end; ++s) {
      stretch_.push_back(stretch_.back());
      step(stretch_.back(), drive, noise);
    }
    for (std::int64_t s = end; s-- > first;) {
      if (anatomy_.readout == Readout::mean) {
        read_back(stretch_[at(s - first + 1)], dy, by);
        step_back(stretch_[at(s - first)], by, drive, noise);
        continue;
      }
      arrivals_back(s + 1, dy, true, by);
      step_back(stretch_[at(s - first)], by, drive, noise);
      arrivals_back(s + 1, dy, false, by);
    }
  }
  std::copy(d_first_.begin(), d_first_.end(), d_drive);
  const auto added = [](const std::vector<T>& by_lane, T* to) {
    for (std::size_t n = 0; n < by_lane.size(); ++n) to[n / lanes] += by_lane[n];
  };
  added(d_taps_, d_weights);
  added(d_base_, d_base);
}

/// The classical Runge-Kutta method of fourth order.
template <class T>
void Tissue<T>::step(State& state, const T* drive, const T* noise) {
  const T dt = static_cast<T>(anatomy_.dt);
  rates_of(state, drive, noise, k1_);
  move(state, k1_, dt / 2, moved_);
  rates_of(moved_, drive, noise, k2_);
  move(state, k2_, dt / 2, moved_);
  rates_of(moved_, drive, noise, k3_);
  move(state, k3_, dt, moved_);
  rates_of(moved_, drive, noise, k4_);
  move(state, k1_, dt / 6, state);
  move(state, k2_, dt / 3, state);
  move(state, k3_, dt / 3, state);
  move(state, k4_, dt / 6, state);
}

/// Its adjoint, of these very numbers: `by`, the gradient of the state after the step, becomes that
/// of `state`, the one before it.
template <class T>
void Tissue<T>::step_back(const State& state, State& by, const T* drive, const T* noise) {
  const T dt = static_cast<T>(anatomy_.dt);
  rates_of(state, drive, noise, k1_);
  move(state, k1_, dt / 2, moved_);
  rates_of(moved_, drive, noise, k2_);
  State second = moved_;
  move(state, k2_, dt / 2, moved_);
  rates_of(moved_, drive, noise, k3_);
  State third = moved_;
  move(state, k3_, dt, moved_);  // the fourth
  mix(dt / 6, by, T(0), by, sum_);
  back(moved_, sum_, drive, noise, k4_);
  mix(dt / 3, by, dt, k4_, sum_);
  back(third, sum_, drive, noise, k3_);
  mix(dt / 3, by, dt / 2, k3_, sum_);
  back(second, sum_, drive, noise, k2_);
  mix(dt / 6, by, dt / 2, k2_, sum_);
  back(state, sum_, drive, noise, k1_);
  for (const State* part : {&k1_, &k2_, &k3_, &k4_}) mix(T(1), by, T(1), *part, by);
}

template <class T>
void Tissue<T>::rates_of(const State& state, const T* drive, const T* noise, State& out) {
  drives_of(state, drive, noise);
  for (std::size_t n = 0; n < state.size(); ++n) {
    rates(kinetics_, state[n], drives_.data() + n * lanes, out[n]);
  }
}

/// What every cell gets: by release at least nothing, and what flows through junctions.
template <class T>
void Tissue<T>::drives_of(const State& state, const T* drive, const T* noise) {
  const std::int64_t width = anatomy_.width;
  const T gain = static_cast<T>(anatomy_.gain);
  for (std::size_t n = 0; n < state.size(); ++n) {
    for (int l = 0; l < lanes; ++l) {
      const std::size_t k = n * lanes + at(l);
      released_[k] = glia::calcium::release(state[n].c[l]) + (noise ? noise[k] : T(0));
    }
  }
  std::copy_n(drive, width * lanes, drives_.begin());
  for (std::int64_t n = width; n < anatomy_.cells(); ++n) {
    const std::int64_t cell = n % width, before = n - width;
    const T* w = weights_ + before * 3;
    T* u = drives_.data() + n * lanes;
    std::fill_n(u, lanes, base_[before]);
    for (std::int64_t tap = 0; tap < 3; ++tap) {
      const std::int64_t heard = cell + tap - 1;
      if (heard < 0 || heard >= width) continue;
      const T* g = released_.data() + (before + tap - 1) * lanes;
      for (int l = 0; l < lanes; ++l) u[l] += w[tap] * g[l];
    }
    for (int l = 0; l < lanes; ++l) u[l] = u[l] > 0 ? gain * u[l] : T(0);
  }
  if (anatomy_.coupling > 0) through_junctions(state);
}

/// The cells that touch: beside each other in a row, and straight behind one another.
template <class T>
template <class Each>
void Tissue<T>::each_junction(Each each) const {
  const std::int64_t width = anatomy_.width;
  for (std::int64_t n = 0; n < anatomy_.cells(); ++n) {
    if (n % width + 1 < width) each(at(n), at(n + 1));
    if (n + width < anatomy_.cells()) each(at(n), at(n + width));
  }
}

template <class T>
void Tissue<T>::through_junctions(const State& state) {
  const T strength = static_cast<T>(anatomy_.coupling);
  each_junction([&](std::size_t a, std::size_t b) {
    for (std::size_t l = 0; l < lanes; ++l) {
      const T flow = junction(state[a].i[l] - state[b].i[l], strength);
      drives_[a * lanes + l] -= flow;
      drives_[b * lanes + l] += flow;
    }
  });
}

template <class T>
void Tissue<T>::back_through_junctions(const State& state, const State& by, State& out) const {
  const T strength = static_cast<T>(anatomy_.coupling);
  each_junction([&](std::size_t a, std::size_t b) {
    for (std::size_t l = 0; l < lanes; ++l) {
      const T slope = junction_slope(state[a].i[l] - state[b].i[l], strength);
      const T flow = slope * (by[b].i[l] - by[a].i[l]);
      out[a].i[l] += flow;
      out[b].i[l] -= flow;
    }
  });
}

/// The transposed Jacobian of `rates_of` at `state`, times `by`; gradients of the drive, weights and
/// base are added up on the way.
template <class T>
void Tissue<T>::back(const State& state, const State& by, const T* drive, const T* noise,
                     State& out) {
  const std::int64_t width = anatomy_.width;
  const T gain = static_cast<T>(anatomy_.gain);
  for (std::size_t n = 0; n < state.size(); ++n) rates_back(kinetics_, state[n], by[n], out[n]);
  drives_of(state, drive, noise);
  for (std::int64_t n = 0; n < width; ++n) {
    for (int l = 0; l < lanes; ++l) d_first_[at(n * lanes + l)] += by[at(n)].i[l];
  }
  for (std::int64_t n = width; n < anatomy_.cells(); ++n) {
    const std::int64_t cell = n % width, before = n - width;
    T d[lanes], sum[lanes];
    std::fill_n(sum, lanes, base_[before]);
    for (std::int64_t tap = 0; tap < 3; ++tap) {
      const std::int64_t heard = cell + tap - 1;
      if (heard < 0 || heard >= width) continue;
      const T* g = released_.data() + (before + tap - 1) * lanes;
      for (int l = 0; l < lanes; ++l) sum[l] += weights_[before * 3 + tap] * g[l];
    }
    for (int l = 0; l < lanes; ++l) d[l] = sum[l] > 0 ? gain * by[at(n)].i[l] : T(0);
    for (int l = 0; l < lanes; ++l) d_base_[at(before * lanes + l)] += d[l];
    for (std::int64_t tap = 0; tap < 3; ++tap) {
      const std::int64_t heard = cell + tap - 1;
      if (heard < 0 || heard >= width) continue;
      const std::size_t from = at(before + tap - 1);
      const T w = weights_[before * 3 + tap];
      T* d_tap = d_taps_.data() + (before * 3 + tap) * lanes;
      for (int l = 0; l < lanes; ++l) {
        d_tap[l] += d[l] * released_[from * lanes + at(l)];
        out[from].c[l] += w * d[l] * release_slope(state[from].c[l]);
      }
    }
  }
  if (anatomy_.coupling > 0) back_through_junctions(state, by, out);
}

template <class T>
void Tissue<T>::read(const State& state, T* y) const {
  const std::int64_t first = anatomy_.cells() - anatomy_.width;
  const T share = T(1) / static_cast<T>(anatomy_.steps);
  for (std::int64_t n = 0; n < anatomy_.width; ++n) {
    for (int l = 0; l < lanes; ++l) {
      y[n * lanes + l] += share * glia::calcium::release(state[at(first + n)].c[l]);
    }
  }
}

template <class T>
void Tissue<T>::read_back(const State& state, const T* dy, State& by) const {
  const std::int64_t first = anatomy_.cells() - anatomy_.width;
  const T share = T(1) / static_cast<T>(anatomy_.steps);
  for (std::int64_t n = 0; n < anatomy_.width; ++n) {
    for (int l = 0; l < lanes; ++l) {
      by[at(first + n)].c[l] +=
          share * dy[n * lanes + l] * release_slope(state[at(first + n)].c[l]);
    }
  }
}

template <class T>
void Tissue<T>::note_arrivals(const State& state, std::int64_t step) {
  const std::int64_t first = anatomy_.cells() - anatomy_.width;
  for (std::int64_t n = 0; n < anatomy_.width; ++n) {
    for (int l = 0; l < lanes; ++l) {
      Arrival& arrival = arrivals_[at(n * lanes + l)];
      if (arrival.step > 0) continue;
      const T now = state[at(first + n)].c[l];
      if (now >= T(Anatomy::arrived)) {
        arrival.step = step;
        arrival.above = now;
      } else {
        arrival.below = now;
      }
    }
  }
}

template <class T>
void Tissue<T>::read_arrivals(T* y) const {
  const T steps = static_cast<T>(anatomy_.steps);
  for (std::size_t k = 0; k < arrivals_.size(); ++k) {
    if (arrivals_[k].step == 0) continue;
    const T time = arrivals_[k].time();
    y[k] = anatomy_.readout == Readout::arrival ? 1 - time / steps : um_a_step() / time;
  }
}

/// Length of all rows, by the seconds of a step.
template <class T>
T Tissue<T>::um_a_step() const {
  return static_cast<T>(static_cast<double>(anatomy_.rows) * anatomy_.spacing / anatomy_.dt);
}

/// Adds the gradient of the calcium after, or before, a step in which some cells were reached.
template <class T>
void Tissue<T>::arrivals_back(std::int64_t step, const T* dy, bool after, State& by) const {
  const std::int64_t first = anatomy_.cells() - anatomy_.width;
  for (std::size_t k = 0; k < arrivals_.size(); ++k) {
    const Arrival& a = arrivals_[k];
    if (a.step != step) continue;
    const T rise = a.above - a.below, time = a.time();
    const T later =
        (after ? a.below - T(Anatomy::arrived) : T(Anatomy::arrived) - a.above) / (rise * rise);
    const T by_time = anatomy_.readout == Readout::arrival ? -1 / static_cast<T>(anatomy_.steps)
                                                           : -um_a_step() / (time * time);
    by[at(first) + k / lanes].c[k % lanes] += dy[k] * by_time * later;
  }
}

template <class T>
void Tissue<T>::check(const State& state, std::int64_t step) const {
  for (std::size_t n = 0; n < state.size(); ++n) {
    const Part<T>& s = state[n];
    bool sound = true;
    for (int l = 0; l < lanes; ++l) {
      sound &= s.c[l] >= 0 && s.c[l] <= kinetics_.total && s.h[l] >= 0 && s.h[l] <= 1 &&
               s.i[l] >= 0 && s.i[l] <= T(1e30);
    }
    if (sound) continue;
    for (int l = 0; l < lanes; ++l) {
      glia::calcium::check(anatomy_.constants, {s.c[l], s.h[l], s.i[l], 0}, n,
                           static_cast<double>(step) * anatomy_.dt, anatomy_.dt);
    }
  }
}

template class Tissue<float>;
template class Tissue<double>;

}  // namespace glia_calcium_rows
