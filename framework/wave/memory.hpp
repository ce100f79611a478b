// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace glia::wave {

/// Numbers in memory that vectors and cache lines like, not initialised unless asked for. Own code
/// because std::vector neither aligns to 64 bytes nor leaves its elements alone.
template <class T>
class Memory {
 public:
  Memory() = default;
  explicit Memory(std::int64_t count)
      : count_(count),
        data_(static_cast<T*>(::operator new (static_cast<std::size_t>(count) * sizeof(T) + 64,
                                              std::align_val_t{64}))) {}
  Memory(std::int64_t count, T value) : Memory(count) {
    std::uninitialized_fill_n(data_.get(), count, value);
  }

  T* data() const { return data_.get(); }
  std::int64_t size() const { return count_; }
  T& operator[](std::int64_t i) const { return data_.get()[i]; }

 private:
  struct Free {
    void operator()(T* p) const { ::operator delete (p, std::align_val_t{64}); }
  };
  std::int64_t count_ = 0;
  std::unique_ptr<T, Free> data_;
};

}  // namespace glia::wave
