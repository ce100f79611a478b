// SPDX-License-Identifier: MIT
// Loaded before a program (LD_PRELOAD): it has a second thread from its start on, as one whose
// libraries start some. Such a process must not be copied.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace {

void* wait_for_ever(void*) {
  for (;;) ::pause();
}

struct Start {
  Start() {
    sigset_t every, before;
    sigfillset(&every);
    ::pthread_sigmask(SIG_SETMASK, &every, &before);
    pthread_t thread;
    ::pthread_create(&thread, nullptr, wait_for_ever, nullptr);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
} start;

}  // namespace
