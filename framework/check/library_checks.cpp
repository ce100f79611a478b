// SPDX-License-Identifier: MIT
#include "check/elf.hpp"
#include "check/tools.hpp"
#include "plugin/fingerprint.hpp"
#include "plugin/library.hpp"

#include <glia/sdk/error.hpp>

#include <dlfcn.h>
#include <link.h>
#include <time.h>

#include <chrono>
#include <regex>
#include <set>

namespace glia::check {
namespace {

std::string message_of(const Error& e) {
  return e.message() + (e.hint().empty() ? "" : "\nhint: " + e.hint());
}

/// Turns the loader's refusal into a failure.
template <class Work>
void unless_refused(Work work) {
  try {
    work();
  } catch (const Error& e) {
    throw Failure{message_of(e)};
  }
}

bool about_another_host(const Error& e) {
  return e.message().rfind("was built for another host", 0) == 0;
}

void fingerprint(const Subject& s) {
  unless_refused([&] {
    try {
      plugin::check_before_loading(s.file);
    } catch (const Error& e) {
      if (!about_another_host(e)) throw;  // library-host speaks of that
    }
  });
}

void host(const Subject& s) {
  unless_refused([&] { plugin::check_before_loading(s.file); });
}

/// Loads with plain dlopen, as the program does, and leaves the library open.
void load(const Subject& s) {
  if (!::dlopen(s.file.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    const char* text = ::dlerror();
    throw Failure{text ? text : "dlopen failed"};
  }
}

void entry(const Subject& s) {
  unless_refused([&] { plugin::load_entry(s.file); });
}

void descriptors(const Subject& s) {
  unless_refused([&] { plugin::open_library(s.file); });
}

void exports(const Subject& s) {
  std::string others;
  for (const auto& name : strong_exports(s.file)) {
    const bool ours = name == "glia_entry" || name.starts_with(plugin::fingerprint_prefix);
    if (!ours) others += (others.empty() ? "" : ", ") + name;
  }
  expect(others.empty(),
         "exports " + others + "\nbuild with -fvisibility=hidden, as glia_add_plugin() does");
}

void one_torch(const Subject& s) {
  load(s);
  std::set<std::string> found;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* data) {
        const std::string path = info->dlpi_name;
        const auto name = path.substr(path.find_last_of('/') + 1);
        if (name.starts_with("libtorch_cpu.so") || name.starts_with("libc10.so")) {
          static_cast<std::set<std::string>*>(data)->insert(path);
        }
        return 0;
      },
      &found);
  std::string paths;
  std::size_t torch = 0;
  for (const auto& path : found) {
    paths += '\n' + path;
    if (path.find("libtorch_cpu.so") != std::string::npos) ++torch;
  }
  expect(torch <= 1 && found.size() - torch <= 1,
         "the plugin brings a second LibTorch into the process:" + paths);
}

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Processor time, which a busy machine does not lengthen, and a generous limit on the clock's.
void load_time(const Subject& s) {
  const auto start = std::chrono::steady_clock::now();
  const double before = processor_seconds();
  load(s);
  const double busy = processor_seconds() - before;
  const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - start;
  expect(busy < 0.2, "loading keeps the processor busy for " + text_of(busy) +
                         " seconds; 0.2 are allowed: move the work out of static initialisers");
  expect(whole.count() < 3, "loading takes " + text_of(whole.count()) + " seconds");
}

void silent(const Subject& s) {
  const auto text = output_of([&] { load(s); });
  expect(text.empty(), "prints while it is loaded: " + text);
}

void version(const Subject& s) {
  const std::string version = plugin::open_library(s.file).version;
  static const std::regex form("\\d+\\.\\d+\\.\\d+([-+][0-9A-Za-z.+-]+)?");
  expect(std::regex_match(version, form),
         "its version is '" + version + "', not of the form MAJOR.MINOR.PATCH");
}

}  // namespace

std::vector<Check> library_checks() {
  const auto error = Severity::error;
  const auto library = Scope::library;
  return {
      {"library-fingerprint",
       "The program reads from the file, before it runs any of it, whether it is a plugin at all.",
       error, library, all_kinds, fingerprint, true},
      {"library-host",
       "A plugin built for another LibTorch, compiler or SDK would crash the program, or worse, "
       "compute nonsense.",
       error, library, all_kinds, host, true},
      {"library-loads",
       "Everything that the library needs must be there when it is loaded, not in mid-run.", error,
       library, all_kinds, load, true},
      {"library-entry", "The entry is what the program reads first from a loaded library.", error,
       library, all_kinds, entry, true},
      {"library-descriptors",
       "Ids, makers, parameter names and defaults are what pipelines and results refer to.", error,
       library, all_kinds, descriptors, true},
      {"library-exports",
       "Whatever else a plugin exports can replace functions of another plugin without a word.",
       error, library, all_kinds, exports},
      {"library-one-torch",
       "Two copies of LibTorch in one process crash when they register their operators.", error,
       library, all_kinds, one_torch},
      {"library-load-time", "Every start of the program loads every plugin.", Severity::warning,
       library, all_kinds, load_time},
      {"library-silent", "What a plugin prints gets between the results that scripts read.", error,
       library, all_kinds, silent},
      {"library-version",
       "The version is part of every result's identity: people have to be able to compare it.",
       error, library, all_kinds, version},
  };
}

}  // namespace glia::check
