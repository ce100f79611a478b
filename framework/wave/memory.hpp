// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace glia::wave {

/// Numbers in memory that vectors and cache lines like, not initialised unless asked for. Own code
/// because std::vector neither aligns to 64 bytes nor leaves its elements alone.
template <class T>
class Memory {
 public:
  Memory() = default;
  explicit Memory(std::int64_t count) : count_(count), data_(allocate(count)) {}
  Memory(std::int64_t count, T value) : Memory(count) {
    std::uninitialized_fill_n(data_.get(), count, value);
  }

  T* data() const { return data_.get(); }
  std::int64_t size() const { return count_; }
  T& operator[](std::int64_t i) const { return data_.get()[i]; }

 private:
  struct Free {
    std::align_val_t alignment{64};
    void operator()(T* p) const { ::operator delete(p, alignment); }
  };
  using Owner = std::unique_ptr<T, Free>;

  /// What takes more than a few pages of 2 MiB asks for such: looking up 512 times as many of 4 KiB
  /// costs up to a third of a pass over rows that the second cache does not hold.
  static Owner allocate(std::int64_t count) {
    constexpr std::size_t page = std::size_t{2} << 20;
    const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(T) + 64;
    const bool large = bytes >= 2 * page;
    const std::align_val_t alignment{large ? page : 64};
    Owner owner(static_cast<T*>(::operator new(bytes, alignment)), Free{alignment});
#ifdef __linux__
    if (large) ::madvise(owner.get(), bytes, MADV_HUGEPAGE);  // a wish: refused, it is only slower
#endif
    return owner;
  }

  std::int64_t count_ = 0;
  Owner data_;
};

}  // namespace glia::wave
