// SPDX-License-Identifier: MIT
#include "cli/openblas_core.hpp"

#include "catch.hpp"

#include <cstdlib>
#include <string>

using glia::cli::best_openblas_core;

TEST_CASE("the core of OpenBLAS follows from what the processor can do") {
  CHECK(best_openblas_core({.amd = false, .avx2_fma = true, .avx512 = true}) ==
        std::string("SkylakeX"));
  CHECK(best_openblas_core({.amd = true, .avx2_fma = true, .avx512 = true}) ==
        std::string("SkylakeX"));
  CHECK(best_openblas_core({.amd = false, .avx2_fma = true, .avx512 = false}) ==
        std::string("Haswell"));
  CHECK(best_openblas_core({.amd = true, .avx2_fma = true, .avx512 = false}) == std::string("Zen"));
  CHECK(best_openblas_core({}) == std::string());
}

TEST_CASE("a core that the user has chosen stays") {
  const std::string best = best_openblas_core(glia::cli::this_processor());
  ::setenv("OPENBLAS_CORETYPE", "Prescott", 1);
  glia::cli::choose_openblas_core();
  CHECK(std::getenv("OPENBLAS_CORETYPE") == std::string("Prescott"));
  ::unsetenv("OPENBLAS_CORETYPE");
  glia::cli::choose_openblas_core();
  const char* chosen = std::getenv("OPENBLAS_CORETYPE");
  CHECK((chosen ? chosen : std::string()) == best);
  ::unsetenv("OPENBLAS_CORETYPE");
}
