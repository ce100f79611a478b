// SPDX-License-Identifier: MIT
// Asks the loaded libraries themselves: this component must not need what LibTorch was built with.
#include "core/product_libraries.hpp"

#include <ATen/Version.h>

#include <dlfcn.h>
#include <fmt/format.h>

#include <sstream>

namespace glia {
namespace {

template <class F>
F loaded(const char* name) {
  return reinterpret_cast<F>(::dlsym(RTLD_DEFAULT, name));
}

/// "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..." says the version.
std::string openblas() {
  using Text = char* (*)();
  const auto config = loaded<Text>("openblas_get_config");
  const auto core = loaded<Text>("openblas_get_corename");
  if (!config || !core) return {};
  std::istringstream words(config());
  std::string name, version;
  words >> name >> version;
  return fmt::format("{}, core {}", version, core());
}

/// As <oneapi/dnnl/dnnl_types.h> has it, since version 1.
struct OnednnVersion {
  int major, minor, patch;
};

std::string onednn() {
  const auto version = loaded<const OnednnVersion* (*)()>("dnnl_version");
  const auto isa = loaded<int (*)()>("dnnl_get_effective_cpu_isa");
  if (!version || !isa) return {};
  // A set of bits, those of AVX2 and AVX-512 among them.
  const int bits = isa();
  const char* name = (bits & 0x27) == 0x27 ? "AVX-512" : (bits & 0x7) == 0x7 ? "AVX2" : "no AVX2";
  const OnednnVersion& v = *version();
  return fmt::format("{}.{}.{}, {} (isa {:#x})", v.major, v.minor, v.patch, name, bits);
}

/// "Intel(R) oneAPI Math Kernel Library Version 2024.2-Product Build 20240605 for ..." is asked of
/// LibTorch, inside of which it is; without it LibTorch says "MKL not found".
std::string mkl() {
  std::istringstream words(at::get_mkl_version());
  for (std::string word; words >> word;) {
    if (word == "Version" && words >> word) return word.substr(0, word.find('-'));
  }
  return {};
}

}  // namespace

std::map<std::string, std::string> product_libraries() {
  std::map<std::string, std::string> found{
      {"OpenBLAS", openblas()}, {"oneDNN", onednn()}, {"MKL", mkl()}};
  std::erase_if(found, [](const auto& each) { return each.second.empty(); });
  return found;
}

}  // namespace glia
