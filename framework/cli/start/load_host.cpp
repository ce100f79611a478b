// SPDX-License-Identifier: MIT
#include "cli/start/load_host.hpp"

#include "core/files.hpp"
#include "core/variable.hpp"

#include <dlfcn.h>

#include <vector>

namespace glia::cli {
namespace {

/// Empty libraries with the names of those that LibTorch asks for and takes nothing from: Debian's
/// was linked with OpenCV and FFmpeg, which bring 210 more, and half of the time that it takes to
/// load. As a library of that name is there, the loader looks for no other.
std::vector<void*> leave_out() {
  constexpr const char* names[] = {GLIA_LEFT_OUT nullptr};
  std::vector<void*> loaded;
  if (is_set(variables::whole_libtorch)) return loaded;
  const auto folder = program_folder() / GLIA_LEFT_OUT_FOLDER;
  for (const char* const* name = names; *name; ++name) {
    void* library = ::dlopen((folder / *name).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library) loaded.push_back(library);
  }
  return loaded;
}

/// What LibTorch stands on, each in a scope of its own. Loaded all at once, every symbol of theirs is
/// looked for in all of these libraries, which makes a quarter of the time that a command takes to
/// start. One that is not there is told of when LibTorch is loaded.
void load_first() {
  constexpr const char* names[] = {GLIA_LOAD_FIRST nullptr};
  for (const char* const* name = names; *name; ++name) ::dlopen(*name, RTLD_LAZY | RTLD_LOCAL);
}

}  // namespace

void* load_host() {
  const auto left_out = leave_out();
  load_first();
  // By its path, as a sanitizer that stands between does not know this program's own search path.
  const auto file = program_folder() / GLIA_HOST_LIBRARY;
  void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (library || left_out.empty()) return library;
  // Another LibTorch than the one that this program was built with, which does need them.
  for (void* empty : left_out) ::dlclose(empty);
  return ::dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
}

}  // namespace glia::cli
