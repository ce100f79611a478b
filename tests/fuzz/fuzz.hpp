// SPDX-License-Identifier: MIT
// A fuzz target is one function that is given bytes. glia::Error is an answer; whatever else comes
// out of it, a crash or a hang is a finding. Built twice: into `fuzz_replay`, which tries seeds and
// mutations of them with any compiler, and with clang for libFuzzer.
#pragma once

#include <glia/sdk/error.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

struct Target {
  const char* name;
  void (*body)(std::string_view bytes);
};

/// Every target that is linked in.
std::vector<Target>& targets();

struct Registration {
  explicit Registration(Target target) { targets().push_back(target); }
};

/// A file with these bytes, in memory where there is such a place; always the same name.
std::filesystem::path file_of(std::string_view bytes, const std::string& name = "input");

/// Ends the process: something that must hold does not.
[[noreturn]] void finding(const std::string& what);

inline void require(bool holds, const std::string& what) {
  if (!holds) finding(what);
}

/// Calls it; glia::Error is an answer.
template <class Use>
void answered(Use use) {
  try {
    use();
  } catch (const glia::Error& e) {
    require(!e.message().empty(), "an error without a word");
  }
}

}  // namespace fuzz

#ifdef GLIA_LIBFUZZER
#define GLIA_FUZZ_ENTRY(name)                                                         \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    fuzz::answered([&] { try_##name({reinterpret_cast<const char*>(data), size}); }); \
    return 0;                                                                         \
  }
#else
#define GLIA_FUZZ_ENTRY(name) const fuzz::Registration registered({#name, &try_##name});
#endif

/// FUZZ_TARGET(name) { ... bytes ... }
#define FUZZ_TARGET(name)                         \
  static void try_##name(std::string_view bytes); \
  namespace {                                     \
  GLIA_FUZZ_ENTRY(name)                           \
  }                                               \
  static void try_##name(std::string_view bytes)
