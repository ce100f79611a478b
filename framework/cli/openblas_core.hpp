// SPDX-License-Identifier: MIT
#pragma once

namespace glia::cli {

/// What the choice of an OpenBLAS core depends on.
struct Processor {
  bool amd = false;
  bool avx2_fma = false;  ///< AVX2 and fused multiply-adds
  bool avx512 = false;    ///< AVX-512 F, CD, BW, DQ and VL
};

/// This one; on other architectures than x86 nothing is set.
Processor this_processor();

/// The OpenBLAS core that runs fastest on such a processor, or "": OpenBLAS knows best.
///
/// OpenBLAS goes by a table of models and takes one that is younger than itself for a Prescott of
/// 2004, with a fifth of the speed. What the processor can do says as much, and does not age.
const char* best_openblas_core(const Processor& processor);

/// Sets OPENBLAS_CORETYPE to the best core, unless it is set. To be called before OpenBLAS is
/// loaded, which reads it then and never again. Processes that are started inherit it. [startup]
void choose_openblas_core();

}  // namespace glia::cli
