// SPDX-License-Identifier: MIT
// Hand-written: no library turns a cut mapping into an error.
#include "core/mapping_guard.hpp"

#include <glia/sdk/error.hpp>

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace glia {

std::atomic<std::uintptr_t> detail::cut_mapping{0};

namespace {

static_assert(std::atomic<std::uintptr_t>::is_always_lock_free, "used in a signal handler");
std::uintptr_t page_size = 4096;

/// The page that lies behind the file's new end becomes one of zeros, so that the read goes on; its
/// numbers are never used, since whoever read them asks afterwards. mmap is a bare system call.
void on_bus_error(int, siginfo_t* info, void*) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr) & ~(page_size - 1);
  if (info->si_code == BUS_ADRERR &&
      ::mmap(reinterpret_cast<void*>(address), page_size, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED) {
    detail::cut_mapping.store(address, std::memory_order_relaxed);
    return;
  }
  ::signal(SIGBUS, SIG_DFL);  // a fault of another kind: it comes again, and ends the process
}

/// The file whose mapping lies beside the address, or "".
std::string file_at(std::uintptr_t address) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::uintptr_t begin = 0, end = 0;
    char dash = 0;
    std::string rights, offset, device, inode, path;
    words >> std::hex >> begin >> dash >> end >> rights >> offset >> device >> inode;
    std::getline(words >> std::ws, path);
    const bool beside = begin == address + page_size || end == address;
    if (beside && path.starts_with('/')) return path;
  }
  return {};
}

}  // namespace

void detail::throw_cut_mapping() {
  const std::string file = file_at(cut_mapping.load());
  throw Error(ErrorCode::data,
              (file.empty() ? std::string("a data file") : file) +
                  " was cut short or written anew while it was read; what was computed from it is "
                  "not kept",
              "write data under a new name and rename it (mv), and run again");
}

void guard_mappings() {
  page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  struct sigaction action {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  ::sigaction(SIGBUS, &action, nullptr);
}

}  // namespace glia
