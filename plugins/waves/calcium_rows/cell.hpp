// SPDX-License-Identifier: MIT
// The ChI cell of <glia/sdk/calcium.hpp> for several samples at once, and its adjoint: what the
// sensitivity to a cell's rates says of the sensitivity to its state.
#pragma once

#include <glia/sdk/calcium.hpp>

#include <cmath>

namespace glia_calcium_rows {

constexpr int lanes = 16;  ///< samples that are followed together

/// C, h, I of one cell, or what belongs to each of them, by lane.
template <class T>
struct Part {
  T c[lanes], h[lanes], i[lanes];
};

/// The constants, in the numbers that are computed with.
template <class T>
struct Kinetics {
  explicit Kinetics(const glia::calcium::Constants& k)
      : total(T(k.total)),
        volumes(T(1 + k.store_volume)),
        channel(T(k.channel_rate)),
        leak(T(k.leak_rate)),
        pump(T(k.pump_rate)),
        pump_half2(T(k.pump_half * k.pump_half)),
        d1(T(k.d1)),
        d2(T(k.d2)),
        d3(T(k.d3)),
        d5(T(k.d5)),
        closing(T(k.closing_rate)),
        own(T(k.own_rate)),
        own_half2(T(k.own_half * k.own_half)),
        inhibition(T(k.own_inhibition)),
        kinase(T(k.kinase_rate)),
        kinase_half4(T(std::pow(k.kinase_calcium, 4))),
        kinase_ip3(T(k.kinase_ip3)),
        phosphatase(T(k.phosphatase_rate)) {}

  T total, volumes, channel, leak, pump, pump_half2, d1, d2, d3, d5, closing, own, own_half2,
      inhibition, kinase, kinase_half4, kinase_ip3, phosphatase;
};

/// `drive`: u of every lane. Rates per second.
template <class T>
void rates(const Kinetics<T>& k, const Part<T>& s, const T* drive, Part<T>& out) {
  for (int l = 0; l < lanes; ++l) {
    const T c = s.c[l], h = s.h[l], i = s.i[l], c2 = c * c, c4 = c2 * c2;
    const T open = i / (i + k.d1) * c / (c + k.d5) * h;
    const T q = k.d2 * (i + k.d1) / (i + k.d3);
    out.c[l] = (k.channel * (open * open * open) + k.leak) * (k.total - k.volumes * c) -
               k.pump * c2 / (c2 + k.pump_half2);
    out.h[l] = k.closing * (q * (1 - h) - c * h);
    out.i[l] = drive[l] + k.own / (1 + i / k.inhibition) * c2 / (c2 + k.own_half2) -
               k.kinase * c4 / (c4 + k.kinase_half4) * i / (i + k.kinase_ip3) - k.phosphatase * i;
  }
}

/// The transposed Jacobian of `rates` at state `s`, times `by`.
template <class T>
void rates_back(const Kinetics<T>& k, const Part<T>& s, const Part<T>& by, Part<T>& out) {
  for (int l = 0; l < lanes; ++l) {
    const T c = s.c[l], h = s.h[l], i = s.i[l], c2 = c * c, c4 = c2 * c2;
    const T with_c = 1 / (c + k.d5), with_i = 1 / (i + k.d1), with_q = 1 / (i + k.d3);
    const T a = c * with_c, b = i * with_i, open = a * b * h;
    const T left = k.total - k.volumes * c, steep = 3 * k.channel * open * open * left;
    const T pump = 1 / (c2 + k.pump_half2), made = 1 / (c2 + k.own_half2);
    const T broken = 1 / (c4 + k.kinase_half4), held = 1 / (i + k.kinase_ip3);
    const T less = 1 / (1 + i / k.inhibition);
    const T q = k.d2 * (i + k.d1) * with_q;

    const T c_by_c = steep * b * h * k.d5 * with_c * with_c -
                     k.volumes * (k.channel * open * open * open + k.leak) -
                     k.pump * 2 * c * k.pump_half2 * pump * pump;
    const T c_by_h = steep * a * b, c_by_i = steep * a * h * k.d1 * with_i * with_i;
    const T h_by_c = -k.closing * h, h_by_h = -k.closing * (q + c);
    const T h_by_i = k.closing * k.d2 * (k.d3 - k.d1) * with_q * with_q * (1 - h);
    const T i_by_c = k.own * less * 2 * c * k.own_half2 * made * made -
                     k.kinase * 4 * c2 * c * k.kinase_half4 * broken * broken * i * held;
    const T i_by_i = -k.own * less * less / k.inhibition * c2 * made -
                     k.kinase * c4 * broken * k.kinase_ip3 * held * held - k.phosphatase;

    out.c[l] = c_by_c * by.c[l] + h_by_c * by.h[l] + i_by_c * by.i[l];
    out.h[l] = c_by_h * by.c[l] + h_by_h * by.h[l];
    out.i[l] = c_by_i * by.c[l] + h_by_i * by.h[l] + i_by_i * by.i[l];
  }
}

/// The slope of `glia::calcium::release`.
template <class T>
T release_slope(T c) {
  const T c2 = c * c, below = c2 * c2 + T(0.0625);
  return 4 * c2 * c * T(0.0625) / (below * below);
}

/// `glia::calcium::junction` of a strength, and its slope.
template <class T>
T junction(T difference, T strength) {
  const T flow = strength / 2 * (1 + std::tanh((std::abs(difference) - T(0.3)) / T(0.05)));
  return difference > 0 ? flow : difference < 0 ? -flow : T(0);
}
template <class T>
T junction_slope(T difference, T strength) {
  const T t = std::tanh((std::abs(difference) - T(0.3)) / T(0.05));
  return strength / 2 * (1 - t * t) / T(0.05);
}

}  // namespace glia_calcium_rows
