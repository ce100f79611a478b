// SPDX-License-Identifier: MIT
#include "core/parallel.hpp"

#include "graph/bodies.hpp"
#include "graph/handoff.hpp"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <torch/csrc/autograd/grad_mode.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

namespace glia::graph {
namespace {

/// Where closures are handed to other threads: before they are received, they cannot be asked for an
/// address of their own.
const char closures = 0;

/// Bodies 0 ... count - 1, shared out among the threads of an arena. Each begins with the same ones whenever
/// there are as many, since its cache may hold what they worked on the last time, and takes over from the end
/// what others have not begun. Own code: TBB's affinity_partitioner knows one caller, and here the calls come
/// from whatever thread runs the node.
class Shares {
 public:
  Shares(std::int64_t count, std::int64_t threads) : shares_(static_cast<std::size_t>(threads)) {
    for (std::int64_t t = 0; t < threads; ++t) {
      Share& share = shares_[static_cast<std::size_t>(t)];
      share.next = t * count / threads;
      share.end = (t + 1) * count / threads;
    }
  }

  /// The next body for the thread at place `home`, or -1: none is left.
  std::int64_t take(std::size_t home) {
    for (std::size_t k = 0; k < shares_.size(); ++k) {
      Share& share = shares_[(home + k) % shares_.size()];
      const std::lock_guard lock(share.mutex);
      if (share.next < share.end) return k == 0 ? share.next++ : --share.end;
    }
    return -1;
  }

 private:
  struct Share {
    std::mutex mutex;
    std::int64_t next = 0, end = 0;
  };

  std::vector<Share> shares_;
};

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
    const auto threads = std::min<std::int64_t>(count, tbb::this_task_arena::max_concurrency());
    Shares shares(count, threads);
    // Isolated: who waits here must not begin another node of the graph meanwhile.
    tbb::this_task_arena::isolate([&] {
      const auto on_any_thread = [&](std::int64_t) {
        receive(&closures);
        prepare_thread_for_bodies();
        const auto home = static_cast<std::size_t>(tbb::this_task_arena::current_thread_index());
        for (std::int64_t i = shares.take(home); i >= 0; i = shares.take(home)) guarded(i);
      };
      hand_on(&closures);
      tbb::parallel_for(std::int64_t{0}, threads, on_any_thread, tbb::simple_partitioner());
    });
  }
  receive(&mutex);
  if (error) std::rethrow_exception(error);
}

[[maybe_unused]] const bool chosen = (run_parallel_with(on_the_threads_of_the_run), true);

}  // namespace
}  // namespace glia::graph
