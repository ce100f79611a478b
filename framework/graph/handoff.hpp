// SPDX-License-Identifier: MIT
// Tells ThreadSanitizer what TBB guarantees: what a thread does before it hands something on
// happens before what the receiver does. TBB's own library is built without it, so it cannot see
// that by itself. Nothing at all in other builds.
#pragma once

#if defined(__SANITIZE_THREAD__)
#define GLIA_THREAD_SANITIZER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GLIA_THREAD_SANITIZER
#endif
#endif

#ifdef GLIA_THREAD_SANITIZER
extern "C" void __tsan_acquire(void* address);
extern "C" void __tsan_release(void* address);
#endif

namespace glia::graph {

inline void hand_on([[maybe_unused]] const void* what) {
#ifdef GLIA_THREAD_SANITIZER
  __tsan_release(const_cast<void*>(what));
#endif
}

inline void receive([[maybe_unused]] const void* what) {
#ifdef GLIA_THREAD_SANITIZER
  __tsan_acquire(const_cast<void*>(what));
#endif
}

/// A node's body with the declarations around it: what comes with the message, and, for a serial
/// node
/// (`serial` is its key, else null), what its last call left; afterwards, that whoever waits for
/// the run
/// (`finish`) sees it all.
template <class Body>
struct Receiving {
  Body body;
  const void* start;
  const void* finish;
  const void* serial;

  template <class MessagePtr, class Ports>
  void operator()(const MessagePtr& message, Ports& out) {
    receive(start);
    if (message) receive(message.get());
    if (serial) receive(serial);
    body(message, out);
    if (serial) hand_on(serial);
    hand_on(finish);
  }
};

}  // namespace glia::graph
