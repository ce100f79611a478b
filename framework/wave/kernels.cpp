// SPDX-License-Identifier: MIT
#include "wave/kernels.hpp"

#include <cmath>

// Compiled once per instruction set; three of them serve every x86 machine well enough.
#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "wave/kernels.cpp"
// clang-format off
#include <hwy/foreach_target.h>  // before anything of Highway
// clang-format on

#include "wave/activation_kernels-inl.hpp"
#include "wave/learning_kernels-inl.hpp"
#include "wave/parameter_kernels-inl.hpp"
#include "wave/sampling_kernels-inl.hpp"
#include "wave/stencil_kernels-inl.hpp"
#include "wave/totals_kernels-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace glia::wave::HWY_NAMESPACE {

template <class T>
const Kernels<T>* table() {
  static const Kernels<T> all = {weigh<T>,         weigh_back<T>,      add<T>,
                                 sum_rows<T>,      activate<T>,        activate_backward<T>,
                                 reorder<T>,       compound_threes<T>, unfold_threes<T>,
                                 cross_entropy<T>, squared_error<T>};
  return &all;
}

const Kernels<float>* table_float() { return table<float>(); }
const Kernels<double>* table_double() { return table<double>(); }

}  // namespace glia::wave::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace glia::wave {

HWY_EXPORT(table_float);
HWY_EXPORT(table_double);
HWY_EXPORT(gather_rows);

void gather_rows(std::int64_t samples, std::int64_t width, std::int64_t stride,
                 const std::uint32_t* index, const float* mean, const float* deviation,
                 const float* noise, float* tile) {
  HWY_DYNAMIC_DISPATCH(gather_rows)(samples, width, stride, index, mean, deviation, noise, tile);
}

template <>
const Kernels<float>& kernels<float>() {
  static const Kernels<float>& chosen = *HWY_DYNAMIC_DISPATCH(table_float)();
  return chosen;
}

template <>
const Kernels<double>& kernels<double>() {
  static const Kernels<double>& chosen = *HWY_DYNAMIC_DISPATCH(table_double)();
  return chosen;
}

}  // namespace glia::wave
#endif
