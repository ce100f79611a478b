// SPDX-License-Identifier: MIT
#include "cli/openblas_core.hpp"

#include "core/variable.hpp"

#include <cstdlib>

namespace glia::cli {

Processor this_processor() {
  Processor p;
#if defined(__x86_64__)
  __builtin_cpu_init();
  p.amd = __builtin_cpu_is("amd");
  p.avx2_fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  p.avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl");
#endif
  return p;
}

const char* best_openblas_core(const Processor& processor) {
  // The names that OpenBLAS has had since 2018. Its later cores (Cooperlake, SapphireRapids) have
  // the same kernels for float32 and float64.
  if (processor.avx512) return "SkylakeX";
  if (processor.avx2_fma) return processor.amd ? "Zen" : "Haswell";
  return "";
}

void choose_openblas_core() {
  const char* core = best_openblas_core(this_processor());
  if (*core) ::setenv(variables::openblas_core.name, core, /*overwrite=*/0);
}

}  // namespace glia::cli
