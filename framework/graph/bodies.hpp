// SPDX-License-Identifier: MIT
// What holds of a thread while it runs the body of a node.
#pragma once

#include "core/signal_stack.hpp"

#include <ATen/Parallel.h>

namespace glia::graph {

/// Each thread that runs bodies works alone: several OpenMP threads make small tensors slower and
/// tie the sums to their number. Bodies may run products, so signals are handled apart.
inline void prepare_thread_for_bodies() {
  thread_local const bool done = (handle_signals_apart(), at::set_num_threads(1), true);
  (void)done;
}

/// The same for as long as it lives, on a thread that is not ours.
class OneThreadMeanwhile {
 public:
  OneThreadMeanwhile() : before_(at::get_num_threads()) {
    if (before_ != 1) at::set_num_threads(1);
  }
  ~OneThreadMeanwhile() {
    if (before_ != 1) at::set_num_threads(before_);
  }
  OneThreadMeanwhile(const OneThreadMeanwhile&) = delete;
  OneThreadMeanwhile& operator=(const OneThreadMeanwhile&) = delete;

 private:
  int before_;
};

/// Whether this thread runs a body of a flow graph, whose threads it may share then.
inline bool& in_flow_graph() {
  thread_local bool here = false;
  return here;
}

/// Says so while it lives.
class InFlowGraph {
 public:
  InFlowGraph() : before_(in_flow_graph()) { in_flow_graph() = true; }
  ~InFlowGraph() { in_flow_graph() = before_; }
  InFlowGraph(const InFlowGraph&) = delete;
  InFlowGraph& operator=(const InFlowGraph&) = delete;

 private:
  bool before_;
};

}  // namespace glia::graph
