// SPDX-License-Identifier: MIT
#include "graph/ledger.hpp"

#include "core/at_work.hpp"
#include "core/process_state.hpp"
#include "core/thrown.hpp"
#include "graph/bodies.hpp"

#include <torch/csrc/autograd/grad_mode.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

namespace glia::graph {
namespace {

/// A body that leaves the thread in another mode may have computed in it, and the next one would.
void require_default_floats() {
  if (default_float_mode()) return;
  restore_float_mode();
  throw Error(ErrorCode::numeric,
              "changed the rounding or denormal mode of the processor, so that its numbers and "
              "those of whoever computes next are others",
              "a plugin puts such modes back before it returns; link it without -ffast-math, "
              "-Ofast and the like");
}

}  // namespace

Ledger::Ledger(const GraphPlan& plan, Range range)
    : plan_(plan),
      range_(range),
      next_(range.first),
      clocks_(plan.nodes.size()),
      lowest_failed_(range.last + 1) {
  for (const auto& node : plan.nodes) {
    const std::string what = node.what.empty() ? "" : fmt::format(" ({})", node.what);
    // A stage is to take long; what takes long in it has a title of its own.
    const bool stage = plan.noun == "stage";
    titles_.push_back(stage ? "" : fmt::format("{} '{}'{}", plan.noun, node.name, what));
  }
}

void Ledger::run_guarded(std::size_t node, Message& message) noexcept {
  const GraphNode& spec = plan_.nodes[node];
  bool skip = message.number() > lowest_failed_.load();
  for (const std::size_t input : spec.inputs) {
    skip = skip || message.state(input) == Message::State::skipped;
  }
  if (skip) return message.skip(node);
  const auto start = std::chrono::steady_clock::now();
  try {
    compute(node, message);
  } catch (...) {
    if (!default_float_mode()) restore_float_mode();
    message.skip(node);
    fail(node, message.number(), thrown(std::current_exception()));
  }
  const auto spent = std::chrono::steady_clock::now() - start;
  clocks_[node].messages.fetch_add(1, std::memory_order_relaxed);
  clocks_[node].nanoseconds.fetch_add(
      std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count(),
      std::memory_order_relaxed);
}

void Ledger::compute(std::size_t node, Message& message) {
  const GraphNode& spec = plan_.nodes[node];
  prepare_thread_for_bodies();
  std::optional<AtWork> at_work;
  if (!titles_[node].empty()) at_work.emplace(titles_[node], std::chrono::seconds(30));
  at::AutoGradMode grad(spec.grad);
  auto made = spec.body(message);
  require_default_floats();
  message.finish(node, std::move(made));
}

void Ledger::fail(std::size_t node, std::uint64_t number, Error error) {
  const GraphNode& spec = plan_.nodes[node];
  std::string place = fmt::format("{} '{}'", plan_.noun, spec.name);
  if (range_.last - range_.first > 1) place += ", message " + std::to_string(number);
  if (!spec.what.empty()) place += fmt::format(" ({})", spec.what);
  error.within(std::move(place));

  const std::lock_guard lock(mutex_);
  lowest_failed_.store(std::min(lowest_failed_.load(), number));
  // What was stopped may have been so because of what failed.
  const bool stopped = error.code() == ErrorCode::interrupted;
  const Failure failure{stopped, number, node};
  if (error_ && first_ < failure) return;
  error_ = std::move(error);
  first_ = failure;
}

std::optional<std::uint64_t> Ledger::issue(const StopRequest& stop) {
  if (next_ >= range_.last || lowest_failed_.load() <= range_.last || (stop && stop())) {
    return std::nullopt;
  }
  peak_ = std::max(peak_, next_ + 1 - range_.first - retired_);
  return next_++;
}

void Ledger::retire() { ++retired_; }

RunReport Ledger::close() const {
  if (error_) throw *error_;
  if (retired_ != next_ - range_.first) {
    throw Error(ErrorCode::internal, fmt::format("the graph lost messages: {} of {} came out",
                                                 retired_, next_ - range_.first));
  }
  RunReport report{next_, peak_, {}};
  for (std::size_t i = 0; i < clocks_.size(); ++i) {
    report.nodes.push_back({plan_.nodes[i].name, clocks_[i].messages.load(),
                            1e-9 * static_cast<double>(clocks_[i].nanoseconds.load())});
  }
  return report;
}

}  // namespace glia::graph
