// SPDX-License-Identifier: MIT
// Where signals are handled that come in the middle of a body. oneDNN's kernels let the stack
// pointer point into the heap: there a handler would write over what others own.
#include "catch.hpp"
#include "core/interrupt.hpp"
#include "core/parallel.hpp"
#include "graph/flow_graph.hpp"

#include <signal.h>

#include <atomic>
#include <chrono>
#include <thread>

using namespace glia;
using namespace glia::graph;

namespace {

std::atomic<int> apart{0}, elsewhere{0};

void count(int) {
  stack_t now{};
  ::sigaltstack(nullptr, &now);
  (now.ss_flags & SS_ONSTACK ? apart : elsewhere)++;
}

int flags_of(int signal) {
  struct sigaction is {};
  ::sigaction(signal, nullptr, &is);
  return is.sa_flags;
}

}  // namespace

TEST_CASE("signals in the middle of a body are handled on a stack of their own, on any thread") {
  struct sigaction counts {
  }, was{};
  counts.sa_handler = count;
  counts.sa_flags = SA_ONSTACK;
  ::sigaction(SIGUSR1, &counts, &was);
  GraphPlan plan;
  plan.nodes.push_back({.name = "signals", .body = [&](const Message&) {
                          ::raise(SIGUSR1);
                          parallel(4, [](std::int64_t) {
                            std::this_thread::sleep_for(std::chrono::milliseconds(1));
                            ::raise(SIGUSR1);
                          });
                          return Tensors{};
                        }});
  // Not on the main thread: Catch2 has given it a stack for signals.
  for (const int threads : {1, 3}) {
    std::thread([&] { run_flow_graph(plan, {0, 20}, {threads}); }).join();
  }
  ::sigaction(SIGUSR1, &was, nullptr);
  CHECK(apart == 2 * 20 * 5);
  CHECK(elsewhere == 0);
}

TEST_CASE("who asks to stop is heard on the stack for signals") {
  install_stop_signals();
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) CHECK((flags_of(signal) & SA_ONSTACK) != 0);
  std::thread([] {
    install_stop_signals();
    stack_t now{};
    ::sigaltstack(nullptr, &now);
    CHECK((now.ss_flags & SS_DISABLE) == 0);
  }).join();
}
