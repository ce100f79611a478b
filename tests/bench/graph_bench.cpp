// SPDX-License-Identifier: MIT
// What the flow graph costs: per message with empty bodies, and as a share of real training steps
// (gather -> slide -> softmax ... from 20 cells to 10, as in pipelines/digits.toml, batch 128).
#include "graph/flow_graph.hpp"
#include "graph/serial_runner.hpp"
#include "train/flat_parameters.hpp"
#include "train/optimizer.hpp"
#include "wave/network.hpp"

#include <glia/sdk/random.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace glia;
using graph::GraphPlan;
using graph::Message;
using graph::Tensors;

constexpr std::uint64_t epoch_batches = 469;  // 60000 samples in batches of 128

/// Runs all messages of the range through the plan's bodies.
using Runner = void (*)(const GraphPlan&, std::uint64_t messages);

void plain_loop(const GraphPlan& plan, std::uint64_t messages) {
  for (std::uint64_t number = 0; number < messages; ++number) {
    Message message(number, plan.nodes.size());
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
      at::AutoGradMode grad(plan.nodes[i].grad);
      message.finish(i, plan.nodes[i].body(message));
    }
  }
}

void serial(const GraphPlan& plan, std::uint64_t messages) {
  graph::run_serial(plan, {0, messages});
}

void flow(const GraphPlan& plan, std::uint64_t messages) {
  graph::run_flow_graph(plan, {0, messages}, {.threads = 1});
}

constexpr std::array<std::pair<const char*, Runner>, 3> runners = {
    {{"plain loop", plain_loop}, {"run_serial", serial}, {"run_flow_graph", flow}}};

/// data -> latent -> [ network -> head ]: the shape of a head's training, with nothing to do.
GraphPlan empty_chain() {
  GraphPlan plan;
  const auto nothing = [](const Message&) { return Tensors{}; };
  plan.nodes = {{"data", "", {}, 0, false, nothing},
                {"latent", "", {0}, 0, false, nothing},
                {"network", "", {1}, 1, false, nothing},
                {"head", "", {2}, 1, false, nothing}};
  return plan;
}

/// The rings that the published code computes, compounding bias and all.
class Published final : public StencilLayer {
 public:
  explicit Published(std::int64_t lost) : lost_(lost) {}
  Stencil stencil(std::int64_t in) const override {
    return Stencil::band(in, in - lost_, {-1, 0, 1}, Boundary::ring, in - lost_);
  }
  Bias bias() const override { return Bias::compounding; }
  StencilInit init() const override { return StencilInit::row_width; }

 private:
  std::int64_t lost_;  // cells that the next row is narrower by: gather 2, slide 0
};

/// Training steps of a classifier on random rows, as the graph of one head runs them.
class Classifier {
 public:
  Classifier() : parameters_(1, "bench"), network_(20, steps(), parameters_) {
    flat_ = std::make_unique<train::FlatParameters>(parameters_);
    optimizer_ = train::make_optimizer({}, flat_->values());
    constexpr std::int64_t samples = 128 * epoch_batches;
    rows_ = at::empty({samples, 20}, at::kFloat);
    RandomStream random(1, "bench/rows", 0);
    random.normal(std::span<float>(rows_.data_ptr<float>(), 20 * samples));
    targets_ = at::empty({samples}, at::kLong);
    order_ = at::empty({samples}, at::kLong);
    random.permutation(std::span(order_.data_ptr<std::int64_t>(), samples));
    for (std::int64_t i = 0; i < samples; ++i) {
      targets_.data_ptr<std::int64_t>()[i] = static_cast<std::int64_t>(random.below(10));
    }
  }

  GraphPlan plan() {
    GraphPlan plan;
    plan.nodes = {
        {"data",
         "",
         {},
         0,
         false,
         [this](const Message& m) {
           const auto chosen = order_.narrow(0, static_cast<std::int64_t>(m.number()) * 128, 128);
           return Tensors{chosen, targets_.index_select(0, chosen)};
         }},
        {"latent",
         "",
         {0},
         0,
         false,
         [this](const Message& m) { return Tensors{rows_.index_select(0, m.output_of(0)[0])}; }},
        {"network",
         "",
         {1},
         1,
         true,
         [this](const Message& m) {
           ForwardContext context;
           return Tensors{network_.forward(m.output_of(1)[0], context)};
         }},
        {"head", "", {2}, 1, true, [this](const Message& m) {
           const auto scores = at::log_softmax(m.output_of(2)[0], 1);
           const auto loss = at::nll_loss(scores, m.output_of(0)[1]);
           loss_ += loss.item<double>();
           flat_->differentiate(loss);
           optimizer_->step(4e-3, flat_->gradient(), flat_->values());
           return Tensors{};
         }}};
    return plan;
  }

 private:
  static std::vector<wave::NetworkStep> steps() {
    std::vector<wave::NetworkStep> all;
    for (std::int64_t width = 20; width >= 12; width -= 2) {
      all.push_back({"gather", std::make_shared<Published>(2), {}});
      all.push_back({"slide", std::make_shared<Published>(0), {}});
      if (width > 12) all.push_back({"softmax", nullptr, FusedActivation::softmax});
    }
    return all;
  }

  ParameterSet parameters_;
  wave::Network network_;
  std::unique_ptr<train::FlatParameters> flat_;
  std::unique_ptr<train::Optimizer> optimizer_;
  at::Tensor rows_, targets_, order_;
  double loss_ = 0;
};

void per_message(benchmark::State& state, const GraphPlan& plan, Runner run,
                 std::uint64_t messages) {
  for (auto _ : state) run(plan, messages);
  state.counters["ns_per_message"] = benchmark::Counter(
      static_cast<double>(messages) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

double seconds_of(const GraphPlan& plan, Runner run) {
  const auto start = std::chrono::steady_clock::now();
  run(plan, epoch_batches);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Ratio to the plain loop. Runs take turns and the fastest of each counts, so a busy machine
/// disturbs both sides alike; the loops repeat the same order of samples.
void print_ratios() {
  constexpr int rounds = 40;
  Classifier classifier;
  const GraphPlan plan = classifier.plan();
  std::array<double, runners.size()> best;
  best.fill(std::numeric_limits<double>::max());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t r = 0; r < runners.size(); ++r) {
      best[r] = std::min(best[r], seconds_of(plan, runners[r].second));
    }
  }
  std::printf("\nClassifier 20 -> 10, batch 128, epoch of %d batches, best of %d:\n",
              static_cast<int>(epoch_batches), rounds);
  for (std::size_t r = 0; r < runners.size(); ++r) {
    std::printf("  %-15s %8.1f ms per epoch   ratio to the plain loop %.3f\n", runners[r].first,
                1e3 * best[r], best[r] / best[0]);
  }
  const double ratio = best.back() / best.front();
  std::printf("  flow graph / plain loop = %.3f, at most 1.05: %s\n", ratio,
              ratio <= 1.05 ? "kept" : "MISSED");
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  at::set_num_threads(1);
  const graph::ThreadBudget budget(1);
  const GraphPlan empty = empty_chain();
  Classifier classifier;
  const GraphPlan training = classifier.plan();
  for (const auto& [name, run] : runners) {
    benchmark::RegisterBenchmark((std::string("empty 4-node chain/") + name).c_str(), per_message,
                                 empty, run, 10000)
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark((std::string("classifier epoch/") + name).c_str(), per_message,
                                 training, run, epoch_batches)
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::RunSpecifiedBenchmarks();
  print_ratios();
  benchmark::Shutdown();
}
