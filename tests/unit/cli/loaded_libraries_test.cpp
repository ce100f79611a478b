// SPDX-License-Identifier: MIT
#include "cli/loaded_libraries.hpp"

#include "catch.hpp"

using glia::cli::is_reference_blas;
using glia::cli::sorted_libraries;

TEST_CASE("loaded libraries are told apart by name") {
  const std::string lib = "/usr/lib/x86_64-linux-gnu/";
  const auto found = sorted_libraries({lib + "libc.so.6", lib + "openblas-openmp/libblas.so.3",
                                       lib + "libgomp.so.1.0.0", lib + "libgomp.so.1.0.0",
                                       "/opt/intel/libiomp5.so", lib + "libtorch_cpu.so.1.13",
                                       lib + "libtorch.so.1.13", lib + "libtorch_cuda.so"});
  CHECK(found.blas == std::vector<std::string>{lib + "openblas-openmp/libblas.so.3"});
  CHECK(found.openmp.size() == 2);
  CHECK(found.torch == std::vector<std::string>{lib + "libtorch_cpu.so.1.13"});
}

TEST_CASE("the reference BLAS is recognised") {
  CHECK(is_reference_blas("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0"));
  CHECK_FALSE(is_reference_blas("/usr/lib/x86_64-linux-gnu/openblas-openmp/libblas.so.3"));
  CHECK_FALSE(is_reference_blas("/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3"));
  CHECK_FALSE(is_reference_blas("/opt/lib/libopenblas.so.0"));
}
