// SPDX-License-Identifier: MIT
#pragma once

namespace glia {

/// While one lives, its thread counts numbers below the smallest normal one (1.2e-38 in float32, 2.2e-308
/// in float64) as zero. Processors take some 150 cycles for each operation on such a number, and the
/// gradient of a deep network that fades, or the moments of a weight that rests, are full of them.
/// Other modes of the processor are left as they are found; may be nested.
class TinyAsZero {
 public:
  TinyAsZero() : before_(mode()) {
    if ((before_ & bits) != bits) set_mode(before_ | bits);
  }
  ~TinyAsZero() {
    const Mode now = mode();
    const Mode after = (now & ~bits) | (before_ & bits);
    if (after != now) set_mode(after);
  }
  TinyAsZero(const TinyAsZero&) = delete;
  TinyAsZero& operator=(const TinyAsZero&) = delete;

 private:
#if defined(__x86_64__)
  using Mode = unsigned;
  static constexpr Mode bits = 0x8040;  // results, and operands
  static Mode mode() { return __builtin_ia32_stmxcsr(); }
  static void set_mode(Mode mode) { __builtin_ia32_ldmxcsr(mode); }
#elif defined(__aarch64__)
  using Mode = unsigned long;
  static constexpr Mode bits = 1UL << 24;
  static Mode mode() {
    Mode mode = 0;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    return mode;
  }
  static void set_mode(Mode mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode)); }
#else  // slower only
  using Mode = unsigned;
  static constexpr Mode bits = 0;
  static Mode mode() { return 0; }
  static void set_mode(Mode) {}
#endif

  Mode before_;
};

}  // namespace glia
