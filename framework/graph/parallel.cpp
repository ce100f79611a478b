// SPDX-License-Identifier: MIT
#include "core/parallel.hpp"

#include "graph/bodies.hpp"
#include "graph/handoff.hpp"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <torch/csrc/autograd/grad_mode.h>

#include <exception>
#include <mutex>

namespace glia::graph {
namespace {

/// Where closures are handed to other threads: before they are received, they cannot be asked for an
/// address of their own.
const char closures = 0;

void on_the_threads_of_the_run(std::int64_t count, const std::function<void(std::int64_t)>& body) {
  std::mutex mutex;
  std::int64_t failed = count;
  std::exception_ptr error;
  const auto guarded = [&](std::int64_t i) {
    receive(&mutex);
    at::NoGradGuard no_grad;
    try {
      body(i);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (i < failed) {
        failed = i;
        error = std::current_exception();
      }
    }
    hand_on(&mutex);
  };
  hand_on(&mutex);
  if (!in_flow_graph()) {
    const OneThreadMeanwhile one;
    for (std::int64_t i = 0; i < count; ++i) guarded(i);
  } else if (count < 2 || tbb::this_task_arena::max_concurrency() < 2) {
    for (std::int64_t i = 0; i < count; ++i) guarded(i);
  } else {
    // Isolated: who waits here must not begin another node of the graph meanwhile.
    tbb::this_task_arena::isolate([&] {
      const auto on_any_thread = [&](std::int64_t i) {
        receive(&closures);
        prepare_thread_for_bodies();
        guarded(i);
      };
      hand_on(&closures);
      tbb::parallel_for(std::int64_t{0}, count, on_any_thread, tbb::simple_partitioner());
    });
  }
  receive(&mutex);
  if (error) std::rethrow_exception(error);
}

[[maybe_unused]] const bool chosen = (run_parallel_with(on_the_threads_of_the_run), true);

}  // namespace
}  // namespace glia::graph
