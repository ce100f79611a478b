// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace glia::cli {

/// What arithmetic this process runs on: real paths of the shared libraries that are loaded.
struct LoadedLibraries {
  std::vector<std::string> blas;
  std::vector<std::string> openmp;
  std::vector<std::string> torch;
};

LoadedLibraries loaded_libraries();

/// The same from a list of paths, for tests.
LoadedLibraries sorted_libraries(const std::vector<std::string>& paths);

/// Whether a path is that of the reference BLAS, many times slower than all others.
bool is_reference_blas(const std::string& path);

/// Of avx, avx2, fma, avx512f, neon, sve: those that the processor has.
std::vector<std::string> cpu_features();

}  // namespace glia::cli
