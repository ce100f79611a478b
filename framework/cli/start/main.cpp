// SPDX-License-Identifier: MIT
// The program. LibTorch takes a third of a second to start: commands that look at a sweep, which
// one types often, are in here and go without; all others are in libglia_host.so, which needs it.
#include "cli/openblas_core.hpp"
#include "cli/program.hpp"
#include "cli/start/heap.hpp"
#include "cli/start/load_host.hpp"

#include <dlfcn.h>
#include <sys/resource.h>

#include <cstdio>
#include <string_view>

namespace {

/// With less, OpenBLAS asks for memory again and again while it is loaded, for ever.
constexpr rlim_t least_address_space = 900'000 * 1024;

/// What the loader and LibTorch's own start take, and as many files as they hold open at once.
constexpr rlim_t least_stack = 256 * 1024, least_files = 16;

/// Without these the program would crash before anybody could say why.
bool can_start() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < least_stack) {
    std::fprintf(stderr,
                 "glia: error: the limit of the stack, %llu kB, is too small\n"
                 "  hint: ulimit -s 8192\n",
                 static_cast<unsigned long long>(limit.rlim_cur / 1024));
    return false;
  }
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < least_files) {
    std::fprintf(stderr,
                 "glia: error: the limit of open files, %llu, is too small\n"
                 "  hint: ulimit -n 1024\n",
                 static_cast<unsigned long long>(limit.rlim_cur));
    return false;
  }
  return true;
}

bool has_room() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur >= least_address_space) return true;
  std::fprintf(stderr,
               "glia: error: the limit of the address space, %llu kB, is too small: LibTorch alone "
               "takes most of %llu kB\n  hint: ulimit -v unlimited, or ask for more memory\n",
               static_cast<unsigned long long>(limit.rlim_cur / 1024),
               static_cast<unsigned long long>(least_address_space / 1024));
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "status" || command == "stop") {
    return glia::cli::run_command(argc, argv, glia::cli::add_status);
  }
  if (!can_start() || !has_room()) return glia::cli::run_failed;
  glia::cli::choose_openblas_core();
  glia::cli::grow_heap();
  void* library = glia::cli::load_host();
  void* all = library ? ::dlsym(library, glia::cli::all_commands_name) : nullptr;
  if (!all) {
    std::fprintf(stderr, "glia: error: the program is not complete: %s\n", ::dlerror());
    return glia::cli::run_failed;
  }
  return reinterpret_cast<glia::cli::AllCommands>(all)(argc, argv);
}
