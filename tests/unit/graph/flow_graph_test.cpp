// SPDX-License-Identifier: MIT
//
//            ┌─> b ─┐
//   source ──┤      ├─> join ─> [ update ─> close ] ─> report        [ ] = a region, in order
//            └─> c ─┘
#include "graph/flow_graph.hpp"

#include "catch.hpp"
#include "core/process_state.hpp"
#include "graph/serial_runner.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <atomic>
#include <cfenv>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

using namespace glia;
using namespace glia::graph;

namespace {

/// Sleeps a little, differently for every (node, message): shakes the order of arrival.
void jitter(const char* node, std::uint64_t number) {
  std::this_thread::sleep_for(std::chrono::microseconds(RandomStream(99, node, number).below(300)));
}

/// A diamond with a region whose state depends on the order of messages.
struct Diamond {
  GraphPlan plan;
  double state = 1;             // changed by every message: any change of order changes the numbers
  std::vector<double> written;  // by `report`, in the order of arrival
  std::atomic<int> in_region{0};
  std::atomic<bool> overlap{false};

  Diamond() {
    const auto draw = [](const char* node, std::uint64_t number) {
      std::vector<float> x(8);
      RandomStream(1, node, number).normal(std::span<float>(x));
      return at::tensor(x);
    };
    add("source", {}, 0, [=](const Message& m) { return Tensors{draw("source", m.number())}; });
    add("b", {0}, 0, [](const Message& m) { return Tensors{m.output_of(0)[0] * 3}; });
    add("c", {0}, 0,
        [=](const Message& m) { return Tensors{m.output_of(0)[0] + draw("c", m.number())}; });
    add("join", {1, 2}, 0,
        [](const Message& m) { return Tensors{m.output_of(1)[0] - m.output_of(2)[0]}; });
    add("update", {3}, 1, [this](const Message& m) {
      if (in_region.fetch_add(1) != 0) overlap = true;
      return Tensors{m.output_of(3)[0] * state};
    });
    add("close", {4}, 1, [this](const Message& m) {
      state = 0.9 * state + 0.1 * m.output_of(4)[0].sum().item<double>();
      in_region.fetch_sub(1);
      return Tensors{at::scalar_tensor(state, at::kDouble)};
    });
    add("report", {5}, 2, [this](const Message& m) {
      // Not `state` itself: the region may be at work on the next message by now.
      written.push_back(m.output_of(5)[0].item<double>());
      return Tensors{};
    });
  }

  void add(const char* name, std::vector<std::size_t> inputs, int region, Body body) {
    plan.nodes.push_back({name, "", std::move(inputs), region, false,
                          [name, body = std::move(body)](const Message& m) {
                            jitter(name, m.number());
                            return body(m);
                          }});
  }
};

std::uint64_t bits(double x) {
  std::uint64_t b;
  std::memcpy(&b, &x, sizeof b);
  return b;
}

}  // namespace

TEST_CASE("the flow graph gives the serial runner's numbers at any thread and credit count") {
  Diamond serial;
  run_serial(serial.plan, {0, 60});
  for (const int threads : {1, 2, 3, 7, 16}) {
    const ThreadBudget budget(threads);
    for (const std::uint64_t credits : {1u, 2u, 8u}) {
      Diamond flow;
      const RunReport report = run_flow_graph(flow.plan, {0, 60}, {threads, credits});
      INFO(threads << " threads, " << credits << " credits");
      REQUIRE(bits(flow.state) == bits(serial.state));
      REQUIRE(flow.written == serial.written);
      REQUIRE_FALSE(flow.overlap);
      REQUIRE(report.peak_in_flight <= credits);
      REQUIRE(report.next == 60);
      REQUIRE(flow.written.size() == 60);
      for (const auto& node : report.nodes) REQUIRE(node.messages == 60);
    }
  }
}

TEST_CASE("a chain of ordered nodes keeps the order of 10000 messages on 16 threads") {
  const ThreadBudget budget(16);
  std::vector<std::uint64_t> seen[3];
  GraphPlan plan;
  plan.nodes.push_back({"source", "", {}, 0, false, [](const Message&) { return Tensors{}; }});
  for (int i = 0; i < 3; ++i) {
    plan.nodes.push_back({"n" + std::to_string(i),
                          "",
                          {static_cast<std::size_t>(i)},
                          i + 1,
                          false,
                          [&seen, i](const Message& m) {
                            seen[i].push_back(m.number());
                            return Tensors{};
                          }});
  }
  run_flow_graph(plan, {0, 10000}, {16, 32});
  for (const auto& numbers : seen) {
    REQUIRE(numbers.size() == 10000);
    for (std::uint64_t i = 0; i < 10000; ++i) REQUIRE(numbers[i] == i);
  }
}

TEST_CASE("a slow sink bounds what is under way") {
  const ThreadBudget budget(4);
  std::atomic<int> now{0}, peak{0};
  GraphPlan plan;
  plan.nodes.push_back({"source", "", {}, 0, false, [&](const Message&) {
                          const int n = ++now;
                          int p = peak;
                          while (n > p && !peak.compare_exchange_weak(p, n)) {
                          }
                          return Tensors{};
                        }});
  plan.nodes.push_back({"sink", "", {0}, 1, false, [&](const Message&) {
                          std::this_thread::sleep_for(std::chrono::milliseconds(1));
                          --now;
                          return Tensors{};
                        }});
  const auto report = run_flow_graph(plan, {0, 200}, {4, 5});
  CHECK(peak <= 5);
  CHECK(report.peak_in_flight <= 5);
}

TEST_CASE("whichever node throws, the error names it, and is the same on any number of threads") {
  for (std::size_t victim = 0; victim < 7; ++victim) {
    std::vector<std::string> texts;
    for (const int threads : {0, 1, 2, 7}) {
      const ThreadBudget budget(threads);
      Diamond d;
      auto& node = d.plan.nodes[victim];
      node.what = "plugin x 1.0.0, sigma = 0.5";
      node.body = [body = node.body, victim](const Message& m) -> Tensors {
        if (m.number() >= 13) {
          throw Error(ErrorCode::numeric, "broke at " + std::to_string(m.number()), "mend it");
        }
        return body(m);
      };
      try {
        threads ? run_flow_graph(d.plan, {0, 40}, {threads, 4}) : run_serial(d.plan, {0, 40});
        FAIL("no error");
      } catch (const Error& e) {
        CHECK(e.code() == ErrorCode::numeric);
        texts.emplace_back(e.what());
      }
      CHECK(d.written.size() == 13);
    }
    for (const auto& text : texts) {
      CHECK(text == "broke at 13\n  in node '" + Diamond().plan.nodes[victim].name +
                        "', message 13 (plugin x 1.0.0, sigma = 0.5)\n  hint: mend it");
    }
  }
}

TEST_CASE("an exception of a foreign type is reported, not lost") {
  GraphPlan plan;
  plan.nodes.push_back({"a", "", {}, 0, false, [](const Message&) -> Tensors { throw 42; }});
  CHECK_THROWS_WITH(run_flow_graph(plan, {0, 5}, {2, 2}),
                    "something was thrown that is no std::exception\n  in node 'a', message 0");
}

TEST_CASE("a failing branch does not stop its sibling; the earlier node is reported") {
  for (const int threads : {1, 2, 7}) {
    const ThreadBudget budget(threads);
    std::atomic<bool> ran{false};
    GraphPlan plan;
    plan.nodes.push_back({"source", "", {}, 0, false, [](const Message&) { return Tensors{}; }});
    plan.nodes.push_back({"left", "", {0}, 0, false, [](const Message&) -> Tensors {
                            std::this_thread::sleep_for(std::chrono::milliseconds(5));
                            throw Error(ErrorCode::data, "left failed");
                          }});
    plan.nodes.push_back({"right", "", {0}, 0, false, [&](const Message&) -> Tensors {
                            ran = true;
                            throw Error(ErrorCode::data, "right failed");
                          }});
    CHECK_THROWS_WITH(run_flow_graph(plan, {0, 1}, {threads, 1}), "left failed\n  in node 'left'");
    CHECK(ran);
  }
}

TEST_CASE("what was stopped is not reported in place of what failed") {
  for (const std::size_t stopped : {0, 1}) {
    GraphPlan plan;
    for (const std::size_t node : {0, 1}) {
      plan.nodes.push_back({node ? "b" : "a", "", {}, 0, false, [=](const Message&) -> Tensors {
                              if (node == stopped) throw Error(ErrorCode::interrupted, "stopped");
                              throw Error(ErrorCode::numeric, "failed");
                            }});
    }
    const std::string failed = stopped == 0 ? "b" : "a";
    CHECK_THROWS_WITH(run_flow_graph(plan, {0, 1}, {1, 1}), "failed\n  in node '" + failed + "'");
    CHECK_THROWS_WITH(run_flow_graph(plan, {0, 1}, {2, 1}), "failed\n  in node '" + failed + "'");
  }
}

TEST_CASE("a stop request ends the run between messages, with nothing lost") {
  Diamond d;
  std::atomic<int> asked{0};
  const auto report = run_flow_graph(d.plan, {5, 100}, {3, 4}, [&] { return ++asked > 20; });
  CHECK(report.next == 25);
  CHECK(d.written.size() == 20);

  Diamond whole, first_half;
  run_serial(whole.plan, {0, 50});
  const auto part =
      run_flow_graph(first_half.plan, {0, 50}, {3, 4},
                     [n = std::make_shared<std::atomic<int>>(0)] { return ++*n > 20; });
  run_flow_graph(first_half.plan, {part.next, 50}, {2, 2});
  CHECK(bits(whole.state) == bits(first_half.state));
}

TEST_CASE("an empty range runs nothing") {
  Diamond d;
  CHECK(run_flow_graph(d.plan, {7, 7}, {2, 2}).next == 7);
  CHECK(d.written.empty());
}

TEST_CASE("plans that no runner can run are refused") {
  GraphPlan backwards;
  backwards.nodes.push_back({"a", "", {1}, 0, false, {}});
  backwards.nodes.push_back({"b", "", {}, 0, false, {}});
  CHECK_THROWS_WITH(run_serial(backwards, {0, 1}), "node 'a' reads a node that comes later");

  GraphPlan torn;
  torn.nodes.push_back({"a", "", {}, 1, false, {}});
  torn.nodes.push_back({"b", "", {0}, 0, false, {}});
  torn.nodes.push_back({"c", "", {1}, 1, false, {}});
  CHECK_THROWS_WITH(run_serial(torn, {0, 1}), "region of node 'c' is interrupted");
}

TEST_CASE("A node that leaves its thread rounding otherwise is named, and the next one does not") {
  for (const bool serial : {true, false}) {
    INFO(serial);
    const ThreadBudget budget(3);
    Diamond d;
    const Body body = d.plan.nodes[2].body;
    d.plan.nodes[2].body = [body](const Message& m) {
      if (m.number() == 3) std::fesetround(FE_UPWARD);
      return body(m);
    };
    std::string told;
    try {
      serial ? run_serial(d.plan, {0, 8}) : run_flow_graph(d.plan, {0, 8}, {3, 2});
    } catch (const Error& e) {
      told = e.what();
    }
    CHECK_THAT(told, Catch::Matchers::Contains("changed the rounding or denormal mode") &&
                         Catch::Matchers::Contains("'c', message 3"));
    CHECK(default_float_mode());
  }
}

TEST_CASE("threads that graphs have started can be ended, and later graphs start their own") {
  const auto threads = [] {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  end_threads();
  const auto before = threads();
  for (int again = 0; again < 2; ++again) {
    {
      const ThreadBudget budget(3);
      Diamond diamond;
      run_flow_graph(diamond.plan, {0, 60}, {3, 4});
    }
    CHECK(threads() > before);
    end_threads();
    CHECK(threads() == before);
  }
}
