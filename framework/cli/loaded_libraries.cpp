// SPDX-License-Identifier: MIT
#include "cli/loaded_libraries.hpp"

#include <link.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace glia::cli {
namespace fs = std::filesystem;

LoadedLibraries sorted_libraries(const std::vector<std::string>& paths) {
  const auto matching = [&](std::initializer_list<const char*> names) {
    std::set<std::string> found;
    for (const auto& path : paths) {
      const auto name = fs::path(path).filename().string();
      for (const char* start : names) {
        if (name.starts_with(start)) found.insert(path);
      }
    }
    return std::vector<std::string>(found.begin(), found.end());
  };
  return {matching({"libblas.so", "libopenblas", "libmkl_", "libblis.so", "libcblas.so", "libatlas",
                    "libf77blas"}),
          matching({"libgomp", "libiomp", "libomp.so", "libomp5"}), matching({"libtorch_cpu.so"})};
}

LoadedLibraries loaded_libraries() {
  std::vector<std::string> paths;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* data) {
        std::error_code error;
        const auto real = fs::canonical(info->dlpi_name, error);
        if (!error) static_cast<std::vector<std::string>*>(data)->push_back(real.string());
        return 0;
      },
      &paths);
  return sorted_libraries(paths);
}

bool is_reference_blas(const std::string& path) {
  const auto folder = fs::path(path).parent_path().filename().string();
  const auto name = fs::path(path).filename().string();
  // Debian keeps each BLAS in a folder of its own, and the reference in blas/.
  return name.starts_with("libblas.so") && folder.find("openblas") == std::string::npos &&
         folder.find("atlas") == std::string::npos && folder.find("blis") == std::string::npos &&
         folder.find("mkl") == std::string::npos;
}

std::vector<std::string> cpu_features() {
  std::ifstream file("/proc/cpuinfo");
  std::vector<std::string> found;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("flags") && !line.starts_with("Features")) continue;
    std::istringstream words(line);
    const std::set<std::string> all{std::istream_iterator<std::string>(words), {}};
    for (const char* feature : {"avx", "avx2", "fma", "avx512f", "asimd", "sve"}) {
      if (all.count(feature)) found.emplace_back(feature);
    }
    break;
  }
  return found;
}

}  // namespace glia::cli
