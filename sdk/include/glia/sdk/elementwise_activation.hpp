// SPDX-License-Identifier: MIT
// For plugins only: what includes this is compiled for vectors (see math.hpp).
#pragma once

#include <glia/sdk/activation.hpp>
#include <glia/sdk/formula.hpp>
#include <glia/sdk/math.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace glia {

namespace detail {

/// Sum of lanes in a fixed order, whatever the machine's vectors: the same bits every time.
template <class T>
GLIA_INLINE T sum_of(T* terms) {
  for (std::int64_t n = 32 / sizeof(T); n > 0; n /= 2) {
    for (std::int64_t l = 0; l < n; ++l) terms[l] += terms[l + n];
  }
  return terms[0];
}

/// The parameters of one cell.
template <std::size_t N, class T>
struct OfCell {
  T p[N > 0 ? N : 1] = {};
  GLIA_INLINE OfCell(const ActivationPass<T>& pass, std::int64_t cell) {
    for (std::size_t i = 0; i < N; ++i) {
      p[i] = pass.parameters[i].value[cell * pass.parameters[i].step];
    }
  }
};

template <std::size_t N, class Phi, class T>
GLIA_INLINE void run_value(const Phi& phi, const ActivationPass<T>& pass) {
  for (std::int64_t c = 0; c < pass.cells; ++c) {
    const OfCell<N, T> of(pass, c);
    const T* x = pass.x + c * pass.stride;
    T* out = pass.out + c * pass.stride;
#pragma GCC ivdep
    for (std::int64_t b = 0; b < pass.stride; ++b) out[b] = phi.value(x[b], of.p);
  }
}

/// Numbers of one cell on the way back: x, y and dy, and where the derivative by x goes.
template <class T>
struct CellGradient {
  const T *x, *y, *dy;
  T* out;
};

/// Sample b: what goes back to x, and the parameters' derivatives added up.
template <std::size_t N, class Phi, class T>
GLIA_INLINE void run_gradient_of(const Phi& phi, const T* p, const CellGradient<T>& cell,
                                 std::int64_t b, std::int64_t lane, T (*sums)[64 / sizeof(T)]) {
  const T slope = cell.dy[b];
  T g[N];
  phi.parameter_derivatives(cell.x[b], cell.y[b], p, g);
  for (std::size_t i = 0; i < N; ++i) sums[i][lane] += slope * g[i];
  cell.out[b] = slope * phi.derivative(cell.x[b], cell.y[b], p);
}

/// One pass over the samples of a cell, so that what both derivatives need is computed once.
template <std::size_t N, class Phi, class T>
GLIA_INLINE void run_trained_gradient(const Phi& phi, const T* p, std::int64_t stride,
                                      const CellGradient<T>& cell, T* sums) {
  constexpr std::int64_t lanes = 64 / sizeof(T);
  alignas(64) T lane_sums[N][lanes] = {};
  std::int64_t first = 0;
  for (; first + lanes <= stride; first += lanes) {
#pragma GCC ivdep
    for (std::int64_t l = 0; l < lanes; ++l) {
      run_gradient_of<N>(phi, p, cell, first + l, l, lane_sums);
    }
  }
  for (std::int64_t l = 0; first + l < stride; ++l) {  // the engine's rows have no such rest
    run_gradient_of<N>(phi, p, cell, first + l, l, lane_sums);
  }
  for (std::size_t i = 0; i < N; ++i) sums[i] = sum_of(lane_sums[i]);
}

/// Not in steps of a vector as above: so short a loop would be unrolled before it is vectorised.
template <class Phi, class T>
GLIA_INLINE void run_fixed_gradient(const Phi& phi, const T* p, std::int64_t stride,
                                    const CellGradient<T>& cell) {
#pragma GCC ivdep
  for (std::int64_t b = 0; b < stride; ++b) {
    cell.out[b] = cell.dy[b] * phi.derivative(cell.x[b], cell.y[b], p);
  }
}

template <std::size_t N, class Phi, class T>
GLIA_INLINE void run_gradient(const Phi& phi, const ActivationPass<T>& pass) {
  bool trained = false;
  for (std::size_t i = 0; i < N; ++i) trained = trained || pass.parameters[i].gradient;
  for (std::int64_t c = 0; c < pass.cells; ++c) {
    const OfCell<N, T> of(pass, c);
    const std::int64_t at = c * pass.stride;
    const T* y = pass.y + at;
    const CellGradient<T> cell{Phi::uses_input ? pass.x + at : y, y, pass.dy + at, pass.out + at};
    if constexpr (N > 0) {
      if (trained) {
        T sums[N];
        run_trained_gradient<N>(phi, of.p, pass.stride, cell, sums);
        for (std::size_t i = 0; i < N; ++i) {
          const auto& parameter = pass.parameters[i];
          if (parameter.gradient) parameter.gradient[c * parameter.step] += sums[i];
        }
        continue;
      }
    }
    run_fixed_gradient(phi, of.p, pass.stride, cell);
  }
}

#if defined(__x86_64__) && !defined(__clang__)
#define GLIA_WIDE_TARGET  \
  __attribute__((flatten, \
                 target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,prefer-vector-width=512")))
#elif defined(__x86_64__)
#define GLIA_WIDE_TARGET                                                         \
  __attribute__((flatten, target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"), \
                 min_vector_width(512)))
#endif

/// The same loop compiled for several instruction sets; the machine's best one runs. By hand, since
/// target_clones knows no templates. Other processors have one set of vectors.
template <std::size_t N, class Phi, class T>
struct Runner {
#ifdef GLIA_WIDE_TARGET
  GLIA_WIDE_TARGET static void value_wide(const Phi& phi, const ActivationPass<T>& pass) {
    run_value<N>(phi, pass);
  }
  GLIA_WIDE_TARGET static void gradient_wide(const Phi& phi, const ActivationPass<T>& pass) {
    run_gradient<N>(phi, pass);
  }
  __attribute__((flatten, target("avx2,fma"))) static void value_avx2(
      const Phi& phi, const ActivationPass<T>& pass) {
    run_value<N>(phi, pass);
  }
  __attribute__((flatten, target("avx2,fma"))) static void gradient_avx2(
      const Phi& phi, const ActivationPass<T>& pass) {
    run_gradient<N>(phi, pass);
  }
#endif
  __attribute__((flatten)) static void value_plain(const Phi& phi, const ActivationPass<T>& pass) {
    run_value<N>(phi, pass);
  }
  __attribute__((flatten)) static void gradient_plain(const Phi& phi,
                                                      const ActivationPass<T>& pass) {
    run_gradient<N>(phi, pass);
  }

  static void value(const Phi& phi, const ActivationPass<T>& pass) {
#ifdef GLIA_WIDE_TARGET
    if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw")) {
      return value_wide(phi, pass);
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
      return value_avx2(phi, pass);
    }
#endif
    value_plain(phi, pass);
  }

  static void gradient(const Phi& phi, const ActivationPass<T>& pass) {
#ifdef GLIA_WIDE_TARGET
    if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw")) {
      return gradient_wide(phi, pass);
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
      return gradient_avx2(phi, pass);
    }
#endif
    gradient_plain(phi, pass);
  }
};

}  // namespace detail

/// Base of activations in which every cell answers for itself. `Phi` is the class itself, N the
/// number of its parameters. It states the function and its derivative as templates over the type
/// of number, with the functions of `glia::math` and without branches (`math::select`), so that
/// they become vector code:
///
///     class Silu final : public glia::ElementwiseActivation<Silu> {
///      public:
///       explicit Silu(Config) {}
///       template <class T>
///       T value(const T& x, const T*) const {
///         return x * glia::math::sigmoid(x);
///       }
///       template <class T>
///       T derivative(T x, T y, const T*) const {
///         return y + glia::math::sigmoid(x) * (T(1) - y);
///       }
///     };
///
/// With parameters: `parameters()` names them, the last argument holds those of the cell, and
/// `parameter_derivatives(x, y, p, out)` gives the derivative by each. `value` is called with
/// `glia::Symbol` too. A derivative that only uses y says `static constexpr bool uses_input =
/// false` and is given y for x.
template <class Phi, std::size_t N = 0>
class ElementwiseActivation : public Activation {
 public:
  static_assert(N <= most_activation_parameters, "too many parameters");
  static constexpr bool uses_input = true;

  void forward(const ActivationPass<float>& pass) const final {
    detail::Runner<N, Phi, float>::value(self(), pass);
  }
  void forward(const ActivationPass<double>& pass) const final {
    detail::Runner<N, Phi, double>::value(self(), pass);
  }
  void backward(const ActivationPass<float>& pass) const final {
    detail::Runner<N, Phi, float>::gradient(self(), pass);
  }
  void backward(const ActivationPass<double>& pass) const final {
    detail::Runner<N, Phi, double>::gradient(self(), pass);
  }
  bool needs_input() const final { return Phi::uses_input; }
  bool elementwise() const final { return true; }

  std::optional<Formula> formula() const final {
    std::vector<Symbol> p;
    for (std::size_t i = 0; i < N; ++i) p.push_back(Symbol::parameter(i));
    return self().value(Symbol::input(), static_cast<const Symbol*>(p.data())).formula();
  }

 private:
  const Phi& self() const { return static_cast<const Phi&>(*this); }
};

}  // namespace glia
