// SPDX-License-Identifier: MIT
// The program. LibTorch takes a third of a second to start: commands that look at a sweep, which
// one types often, are in here and go without; all others are in libglia_host.so, which needs it.
#include "cli/openblas_core.hpp"
#include "cli/program.hpp"
#include "core/files.hpp"

#include <dlfcn.h>
#include <sys/resource.h>

#include <cstdio>
#include <string_view>

namespace {

/// With less, OpenBLAS asks for memory again and again while it is loaded, for ever.
constexpr rlim_t least_address_space = 900'000 * 1024;

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

/// What LibTorch stands on, each in a scope of its own. Loaded all at once, every symbol of theirs is
/// looked for in almost 300 libraries, which makes a quarter of the time that a command takes to
/// start. One that is not there is told of when LibTorch is loaded.
void load_first() {
  constexpr const char* names[] = {GLIA_LOAD_FIRST nullptr};
  for (const char* const* name = names; *name; ++name) ::dlopen(*name, RTLD_LAZY | RTLD_LOCAL);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "status" || command == "stop") {
    return glia::cli::run_command(argc, argv, glia::cli::add_status);
  }
  if (!has_room()) return glia::cli::run_failed;
  glia::cli::choose_openblas_core();
  load_first();
  // Global, as if it were linked: plugins find libglia and LibTorch there. By its path, as a
  // sanitizer that stands between does not know this program's own search path.
  const auto file = glia::program_folder() / GLIA_HOST_LIBRARY;
  void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
  void* all = library ? ::dlsym(library, glia::cli::all_commands_name) : nullptr;
  if (!all) {
    std::fprintf(stderr, "glia: error: the program is not complete: %s\n", ::dlerror());
    return glia::cli::run_failed;
  }
  return reinterpret_cast<glia::cli::AllCommands>(all)(argc, argv);
}
