// SPDX-License-Identifier: MIT
#include "train/epoch_file.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "temp_folder.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using glia::train::EpochFile;
using glia::train::EpochReport;

namespace {

/// Counts what it is told.
struct Listener final : glia::train::Progress {
  void stage_begins(const std::string&) override {}
  void batch(const std::string&, std::int64_t, std::int64_t, std::uint64_t,
             std::uint64_t) override {}
  void epoch(const EpochReport&) override { ++epochs; }
  void stage_ends(const std::string&, double, bool) override {}
  int epochs = 0;
};

EpochReport report(std::int64_t epoch) {
  EpochReport said;
  said.stage = "names/train";
  said.head = "names";
  said.epoch = epoch;
  said.epochs = 9;
  said.train_loss = 0.5;
  said.validation_accuracy = 0.25;
  return said;
}

std::size_t lines(const fs::path& file) {
  const std::string text = glia::read_file(file);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("A short training leaves no file of its epochs, a longer one leaves them all") {
  const TempFolder folder;
  Listener next;
  const fs::path none = folder / "short", some = folder / "long";
  {
    EpochFile file(none, next, 1h);
    for (int epoch = 1; epoch <= 3; ++epoch) file.epoch(report(epoch));
  }
  CHECK(next.epochs == 3);
  CHECK_FALSE(fs::exists(none));
  {
    EpochFile file(some, next, 50ms);
    file.epoch(report(1));
    std::this_thread::sleep_for(60ms);
    file.epoch(report(2));
    CHECK(lines(some / "epochs.csv") == 3);
    file.epoch(report(3));
    CHECK(lines(some / "epochs.csv") == 4);
  }
  {  // it is gone on with at once, and nothing is written twice
    EpochFile file(some, next, 1h);
    file.epoch(report(3));
    file.epoch(report(4));
  }
  CHECK(lines(some / "epochs.csv") == 5);
}
