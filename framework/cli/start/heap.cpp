// SPDX-License-Identifier: MIT
#include "cli/start/heap.hpp"

#include "core/variable.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace glia::cli {
namespace {

constexpr std::size_t large_page = std::size_t{2} << 20;

/// What LibTorch 1.13 takes on its way up is 37 MB.
constexpr int grown_by = 40 << 20;

/// glibc's own for the pad, and where its thresholds end that follow what a program frees: setting
/// one of them stops that.
constexpr int usual_pad = 128 << 10, most_mapped = 32 << 20, most_kept = 64 << 20;

}  // namespace

void grow_heap() {
  if (is_set(variables::allocator)) return;
  const auto begin = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  ::mallopt(M_MMAP_THRESHOLD, most_mapped);
  ::mallopt(M_TRIM_THRESHOLD, most_kept);
  ::mallopt(M_TOP_PAD, grown_by);
  void* volatile first = std::malloc(2 * usual_pad);  // more than there is: the heap grows
  ::mallopt(M_TOP_PAD, usual_pad);
  const auto end = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  const std::uintptr_t aligned = (begin + large_page - 1) / large_page * large_page;
  if (end > aligned) ::madvise(reinterpret_cast<void*>(aligned), end - aligned, MADV_HUGEPAGE);
  std::free(first);
}

}  // namespace glia::cli
