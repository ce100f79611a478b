// SPDX-License-Identifier: MIT
// The only file that makes TBB nodes and edges.
#include "graph/flow_graph.hpp"

#include "graph/bodies.hpp"
#include "graph/handoff.hpp"
#include "graph/ledger.hpp"

#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <new>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace glia::graph {
namespace {

namespace flow = tbb::flow;

// multifunction_node throughout: it hands its message on inside the body, so a serial one keeps
// order, which function_node does not (it starts its next body before it passes on the last
// result).
using FlowNode = flow::multifunction_node<MessagePtr, std::tuple<MessagePtr>>;
using Ports = FlowNode::output_ports_type;

/// One run: TBB objects never outlive it.
class Run {
 public:
  Run(const GraphPlan& plan, Range range, const StopRequest& stop)
      : plan_(plan), ledger_(plan, range), stop_(stop) {
    const auto successors = plan.successors();
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) add_stage(i);
    std::size_t ends = 0;
    for (const auto& next : successors) ends += next.empty();
    // Serial, so it alone keeps the books. An empty message is a credit: it retires nothing and
    // puts in the next message.
    retire_ = &add(flow::serial, [this](const MessagePtr& m, Ports&) {
      if (m) ledger_.retire();
      put_next();
    });
    FlowNode* exit = ends > 1 ? &add_collector(ends, *retire_) : retire_;
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
      for (const std::size_t next : successors[i]) connect(*stages_[i], *entries_[next]);
      if (successors[i].empty()) connect(*stages_[i], *exit);
      if (plan.nodes[i].inputs.empty()) sources_.push_back(entries_[i]);
    }
  }

  RunReport go(std::uint64_t credits) {
    hand_on(this);
    for (std::uint64_t i = 0; i < credits; ++i) retire_->try_put(nullptr);
    graph_.wait_for_all();
    receive(&graph_);
    return ledger_.close();
  }

 private:
  template <class B>
  FlowNode& add(std::size_t concurrency, B body) {
    auto& node = nodes_.emplace_back();  // its address is the node's key
    node = std::make_unique<FlowNode>(graph_, concurrency,
                                      Receiving<B>{std::move(body), this, &graph_,
                                                   concurrency == flow::serial ? &node : nullptr});
    return *node;
  }

  static void pass(Ports& out, const MessagePtr& message) {
    hand_on(message.get());
    std::get<0>(out).try_put(message);
  }

  static void connect(FlowNode& from, FlowNode& to) {
    flow::make_edge(flow::output_port<0>(from), to);
  }

  /// The node's body, and before it what lets messages in: a collector when several nodes feed it,
  /// a turnstile when it opens a region.
  void add_stage(std::size_t i) {
    const GraphNode& spec = plan_.nodes[i];
    const bool opens = spec.region && (i == 0 || plan_.nodes[i - 1].region != spec.region);
    const bool closes =
        spec.region && (i + 1 == plan_.nodes.size() || plan_.nodes[i + 1].region != spec.region);
    FlowNode* turnstile = opens ? &add_turnstile(spec.region) : nullptr;
    if (opens) turnstiles_[spec.region] = turnstile;
    FlowNode* permits = closes ? turnstiles_.at(spec.region) : nullptr;
    FlowNode& stage = add(flow::unlimited, [this, i, permits](const MessagePtr& m, Ports& out) {
      {
        const InFlowGraph here;
        ledger_.run_guarded(i, *m);
      }
      pass(out, m);
      if (permits) {
        hand_on(permits);
        permits->try_put(nullptr);
      }
    });
    FlowNode* entry = &stage;
    if (turnstile) {
      connect(*turnstile, stage);
      entry = turnstile;
    }
    if (spec.inputs.size() > 1) entry = &add_collector(spec.inputs.size(), *entry);
    stages_.push_back(&stage);
    entries_.push_back(entry);
  }

  /// Lets messages through one at a time, in the order of their numbers; an empty message is the
  /// permit that comes back when the last one has left the region.
  FlowNode& add_turnstile(int region) {
    struct State {
      std::map<std::uint64_t, MessagePtr> waiting;
      std::uint64_t next = 0;
      bool busy = false;
    };
    auto state = std::make_shared<State>();
    state->next = ledger_.first();
    return add(flow::serial, [this, region, state](const MessagePtr& m, Ports& out) {
      if (!m) receive(turnstiles_.at(region));
      if (m) {
        state->waiting.emplace(m->number(), m);
      } else {
        state->busy = false;
      }
      const auto first = state->waiting.begin();
      if (state->busy || first == state->waiting.end() || first->first != state->next) return;
      const MessagePtr through = first->second;
      state->waiting.erase(first);
      state->busy = true;
      ++state->next;
      pass(out, through);
    });
  }

  /// Passes a message on once it has arrived from all `inputs` branches.
  FlowNode& add_collector(std::size_t inputs, FlowNode& target) {
    auto arrived = std::make_shared<std::map<std::uint64_t, std::size_t>>();
    FlowNode& collector = add(flow::serial, [arrived, inputs](const MessagePtr& m, Ports& out) {
      if (++(*arrived)[m->number()] < inputs) return;
      arrived->erase(m->number());
      pass(out, m);
    });
    connect(collector, target);
    return collector;
  }

  void put_next() {
    const auto number = ledger_.issue(stop_);
    if (!number) return;
    const auto message = std::make_shared<Message>(*number, plan_.nodes.size());
    hand_on(message.get());
    for (FlowNode* source : sources_) source->try_put(message);
  }

  const GraphPlan& plan_;
  Ledger ledger_;
  const StopRequest& stop_;
  flow::graph graph_;
  std::deque<std::unique_ptr<FlowNode>> nodes_;
  std::vector<FlowNode*> stages_, entries_, sources_;
  std::map<int, FlowNode*> turnstiles_;
  FlowNode* retire_ = nullptr;
};

}  // namespace

RunReport run_flow_graph(const GraphPlan& plan, Range range, FlowOptions options,
                         const StopRequest& stop) {
  plan.check();
  if (options.threads < 1) options.threads = 1;
  if (options.credits == 0) options.credits = default_credits(options.threads);
  // A graph binds to the arena in which it is made, and an arena of its own keeps a waiting thread
  // from picking up work of an outer graph.
  const auto allowed =
      tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
  tbb::task_arena arena(std::min(options.threads, static_cast<int>(allowed)));
  return arena.execute([&] { return Run(plan, range, stop).go(options.credits); });
}

ThreadBudget::ThreadBudget(int threads)
    : threads_(threads > 0 ? threads
                           : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()))),
      control_(new tbb::global_control(tbb::global_control::max_allowed_parallelism,
                                       static_cast<std::size_t>(threads_))) {}

ThreadBudget::~ThreadBudget() { delete static_cast<tbb::global_control*>(control_); }

void end_threads() {
  tbb::task_scheduler_handle handle{tbb::attach{}};
  tbb::finalize(handle, std::nothrow);
}

}  // namespace glia::graph
