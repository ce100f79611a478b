// SPDX-License-Identifier: MIT
// clang-format off
#include "graph/flow_graph.hpp"  // before Catch: LibTorch has a CHECK, too
#include "catch.hpp"
// clang-format on

#include <glia/sdk/error.hpp>
#include <glia/sdk/parallel.hpp>

#include <ATen/ATen.h>

#include <atomic>
#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace glia;

namespace at {
int get_num_threads();  // its header brings another CHECK
}

namespace {

/// Runs `body` as the only node of a flow graph.
void in_run(int threads, const std::function<void()>& body, std::uint64_t messages = 1) {
  graph::GraphPlan plan;
  plan.nodes.push_back({"only", "", {}, 1, false, [&](const graph::Message&) {
                          body();
                          return graph::Tensors{};
                        }});
  graph::run_flow_graph(plan, {0, messages}, {threads});
}

std::thread::id thread_of(std::int64_t count, std::set<std::thread::id>& all) {
  std::vector<std::thread::id> of(static_cast<std::size_t>(count));
  parallel(count,
           [&](std::int64_t i) { of[static_cast<std::size_t>(i)] = std::this_thread::get_id(); });
  all.insert(of.begin(), of.end());
  return std::this_thread::get_id();
}

}  // namespace

TEST_CASE("each body runs once, with one OpenMP thread and without autograd") {
  for (const int threads : {0, 1, 2, 3}) {
    std::vector<std::atomic<int>> runs(100);
    std::atomic<bool> alone{true};
    const auto all = [&] {
      parallel(100, [&](std::int64_t i) {
        ++runs[static_cast<std::size_t>(i)];
        if (at::get_num_threads() != 1 || at::GradMode::is_enabled()) alone = false;
      });
      parallel(0, [&](std::int64_t) { alone = false; });
    };
    if (threads == 0) {
      all();  // outside a run
    } else {
      in_run(threads, all);
    }
    INFO(threads << " threads");
    for (const auto& n : runs) CHECK(n == 1);
    CHECK(alone);
  }
}

TEST_CASE("bodies run side by side in a run of two threads") {
  in_run(2, [] {
    // Each waits for the other.
    std::atomic<int> there{0};
    std::atomic<bool> met{true};
    parallel(2, [&](std::int64_t) {
      ++there;
      const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
      while (there < 2 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
      if (there < 2) met = false;
    });
    if (!met) throw std::runtime_error("one body never began while the other ran");
  });
}

TEST_CASE("bodies stay on their thread outside a run and in a run of one") {
  std::set<std::thread::id> seen;
  in_run(2, [] {});  // this thread has met TBB
  const auto here = thread_of(200, seen);
  CHECK(seen == std::set{here});
  in_run(1, [] {
    std::set<std::thread::id> inside;
    const auto own = thread_of(200, inside);
    if (inside != std::set{own}) throw std::runtime_error("a run of one thread used another");
  });
}

TEST_CASE("the lowest body that throws is the one that is reported, and all have run") {
  for (const int threads : {1, 2, 3}) {
    for (int round = 0; round < 20; ++round) {
      std::atomic<int> runs{0};
      std::string what;
      in_run(threads, [&] {
        try {
          parallel(16, [&](std::int64_t i) {
            ++runs;
            if (i == 3 || i >= 9) throw std::runtime_error("body " + std::to_string(i));
          });
        } catch (const std::runtime_error& e) {
          what = e.what();
        }
      });
      CHECK(runs == 16);
      CHECK(what == "body 3");
    }
  }
}
