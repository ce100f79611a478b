// SPDX-License-Identifier: MIT
#include "core/process_end.hpp"

#include <dlfcn.h>
#include <execinfo.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace glia {
namespace {

std::atomic<bool> expected{false};

/// The library that called exit: the first on the stack that is neither this one nor the system's.
const char* caller() {
  constexpr int most = 64;
  void* frames[most];
  const int count = ::backtrace(frames, most);
  Dl_info own{}, info{};
  ::dladdr(reinterpret_cast<void*>(&caller), &own);
  for (int i = 0; i < count; ++i) {
    if (!::dladdr(frames[i], &info) || !info.dli_fname) continue;
    const std::string_view file = info.dli_fname;
    const std::string_view name = file.substr(file.find_last_of('/') + 1);
    if (file == own.dli_fname || name.starts_with("libc.") || name.starts_with("libstdc++")) {
      continue;
    }
    return info.dli_fname;
  }
  return nullptr;
}

void at_exit(int code, void*) {
  if (expected) return;
  const char* library = caller();
  std::fprintf(stderr,
               "glia: error: %s ended the program by exit(), in the middle of its work\n"
               "  hint: a plugin reports what is wrong by throwing glia::Error\n",
               library ? library : "a plugin");
  std::fflush(stderr);
  ::_exit(code == 0 ? 1 : code);
}

}  // namespace

void guard_exit() {
  ::on_exit(at_exit, nullptr);
  std::at_quick_exit([] { at_exit(0, nullptr); });
}

void unguard_exit() { expected = true; }

void end_process(int code) {
  expected = true;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  std::exit(code);
#else
  std::fflush(nullptr);
  ::_exit(code);
#endif
}

}  // namespace glia
