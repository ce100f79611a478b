// SPDX-License-Identifier: MIT
#pragma once

#include "graph/graph_plan.hpp"

namespace glia::graph {

/// Messages under way at once, unless chosen otherwise.
constexpr std::uint64_t default_credits(int threads) {
  return 2 * static_cast<std::uint64_t>(threads < 1 ? 1 : threads);
}

struct FlowOptions {
  int threads = 1;
  /// Messages under way at most, end to end; 0 = 2 per thread. The memory of a run grows with it.
  std::uint64_t credits = 0;
};

/// Streams the messages of `range` through the plan as a oneTBB flow graph and waits for the last
/// one. The numbers that come out do not depend on the options. Throws the error of the lowest
/// failing (message, node), a failure before an interruption. Must not be called while holding a
/// lock.
///
/// The graph is a closed loop of credits: the first messages are put in, and each one that leaves
/// puts in the next. No queue can grow, whatever node is slow.
RunReport run_flow_graph(const GraphPlan& plan, Range range, FlowOptions options,
                         const StopRequest& stop = {});

/// Caps the threads of all flow graphs of the process while it lives; 0 threads = as many as cores.
class ThreadBudget {
 public:
  explicit ThreadBudget(int threads);
  ~ThreadBudget();
  ThreadBudget(const ThreadBudget&) = delete;
  ThreadBudget& operator=(const ThreadBudget&) = delete;

  int threads() const { return threads_; }

 private:
  int threads_;
  void* control_;
};

/// Ends the threads that flow graphs have started; the next one starts its own. Not within a graph.
void end_threads();

}  // namespace glia::graph
