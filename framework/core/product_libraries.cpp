// SPDX-License-Identifier: MIT
// Asks the loaded libraries themselves: this component must not need what LibTorch was built with.
#include "core/product_libraries.hpp"

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

}  // namespace

std::map<std::string, std::string> product_libraries() {
  std::map<std::string, std::string> found{{"OpenBLAS", openblas()}, {"oneDNN", onednn()}};
  std::erase_if(found, [](const auto& each) { return each.second.empty(); });
  return found;
}

}  // namespace glia
