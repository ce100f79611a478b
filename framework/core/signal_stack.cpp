// SPDX-License-Identifier: MIT
#include "core/signal_stack.hpp"

#include <glia/sdk/error.hpp>

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>

namespace glia {
namespace {

/// The stack of a thread, taken back from the kernel before its memory goes.
class SignalStack {
 public:
  SignalStack() {
    stack_t given{};
    if (::sigaltstack(nullptr, &given) == 0 && (given.ss_flags & SS_DISABLE) == 0) return;
    // The kernel's own frame grows with the processor's registers: 3 KiB with AVX-512, 11 with AMX.
    const auto size = static_cast<std::size_t>(::sysconf(_SC_SIGSTKSZ));
    memory_ = std::make_unique<std::byte[]>(size);
    stack_t own{};
    own.ss_sp = memory_.get();
    own.ss_size = size;
    if (::sigaltstack(&own, nullptr) != 0) {
      throw Error(ErrorCode::io, std::string("no stack for signals: ") + std::strerror(errno));
    }
  }
  ~SignalStack() {
    if (!memory_) return;
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    ::sigaltstack(&none, nullptr);
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  std::unique_ptr<std::byte[]> memory_;
};

}  // namespace

void handle_signals_apart() { thread_local const SignalStack stack; }

}  // namespace glia
