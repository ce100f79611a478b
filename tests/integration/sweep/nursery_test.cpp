// SPDX-License-Identifier: MIT
// The process that a sweep's workers are copies of.
#include "catch.hpp"
#include "support.hpp"

using namespace std::chrono_literals;

namespace {

/// Where a process has loaded LibTorch: another place in every process that loads it by itself.
std::string torch_of(pid_t pid) {
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find("/libtorch_cpu") != std::string::npos) return line.substr(0, line.find('-'));
  }
  return {};
}

/// A sweep of three slow trials, of which `workers` are under way.
struct Slow {
  explicit Slow(std::size_t workers)
      : sweep(place, {"sweep", "toy.toml", x_axis + "=0,1,2", "-j", std::to_string(workers), "-o",
                      "out", "--retries", "0", "network.net.pattern.trouble.delay=160"}) {
    REQUIRE(sweep.until([&] { return count_of(place, "out", "running") == workers; }));
  }

  /// All three went well, and nothing is left.
  void check_end(std::size_t run_again) {
    const pid_t host = sweep.pid();
    const auto done = sweep.wait();
    INFO(done.err);
    CHECK(done.code == 0);
    for (const auto& trial : place.trials("out")) CHECK(trial.at("status") == "ok");
    std::size_t again = 0;
    for (auto at = done.err.find("it is run again"); at != std::string::npos;
         at = done.err.find("it is run again", at + 1)) {
      ++again;
    }
    CHECK(again == run_again);
    CHECK(children_of(host).empty());
  }

  Workplace place;
  Running sweep;
};

}  // namespace

TEST_CASE("Workers are copies of one process that has loaded the program, and also later ones") {
  Slow slow(2);
  const pid_t nursery = nursery_of(slow.sweep.pid());
  REQUIRE(nursery > 0);
  const auto first = workers_of(slow.sweep.pid());
  REQUIRE(first.size() == 2);
  for (const pid_t worker : first) {
    CHECK(torch_of(worker) == torch_of(nursery));
    CHECK_FALSE(torch_of(worker).empty());
    CHECK(::getpgid(worker) == worker);
  }
  ::kill(first[0], SIGKILL);
  REQUIRE(slow.sweep.until([&] {
    const auto now = workers_of(slow.sweep.pid());
    return now.size() == 2 && !torch_of(now[1]).empty() && now != first;
  }));
  for (const pid_t worker : workers_of(slow.sweep.pid())) {
    CHECK(torch_of(worker) == torch_of(nursery));
  }
  CHECK(nursery_of(slow.sweep.pid()) == nursery);
  slow.check_end(1);
  CHECK(::kill(nursery, 0) != 0);
}

TEST_CASE("A sweep whose nursery is killed or halted gets another one, and loses nothing") {
  const int number = GENERATE(SIGKILL, SIGSTOP);
  Slow slow(1);
  const pid_t nursery = nursery_of(slow.sweep.pid());
  REQUIRE(nursery > 0);
  ::kill(nursery, number);
  ::kill(workers_of(slow.sweep.pid()).at(0), SIGKILL);
  slow.check_end(1);
  CHECK(::kill(nursery, 0) != 0);
}

TEST_CASE("A nursery stays when all processes of a task are told to end, as Slurm does") {
  Slow slow(1);
  const pid_t nursery = nursery_of(slow.sweep.pid());
  ::kill(nursery, SIGTERM);
  std::this_thread::sleep_for(100ms);
  CHECK(nursery_of(slow.sweep.pid()) == nursery);
  slow.check_end(0);
}

TEST_CASE("A nursery ends with its sweep, however that was ended") {
  Slow slow(1);
  const pid_t nursery = nursery_of(slow.sweep.pid());
  slow.sweep.signal(SIGKILL);
  slow.sweep.wait();
  for (int i = 0; i < 2000 && ::kill(nursery, 0) == 0; ++i) std::this_thread::sleep_for(10ms);
  CHECK(::kill(nursery, 0) != 0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they want to be first
TEST_CASE(
    "Where the loaded program has threads it is not copied: each worker is started by itself") {
  Workplace place;
  place.set("LD_PRELOAD", GLIA_BINARY_DIR "/tests/preload/threaded.so");
  Running sweep(place, {"sweep", "toy.toml", x_axis + "=0,1", "-j", "2", "-o", "out",
                        "network.net.pattern.trouble.delay=400"});
  REQUIRE(sweep.until([&] { return count_of(place, "out", "running") == 2; }));
  CHECK(nursery_of(sweep.pid()) == -1);
  const auto workers = workers_of(sweep.pid());
  REQUIRE(workers.size() == 2);
  CHECK(torch_of(workers[0]) != torch_of(workers[1]));
  CHECK(sweep.wait().code == 0);
}
#endif
