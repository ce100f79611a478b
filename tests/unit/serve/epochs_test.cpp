// SPDX-License-Identifier: MIT
// Curves of what is at work: of long files pieces are read, and pages say so.
#include "serve/epochs.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "serve/running_trials.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>

using namespace glia::serve;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

constexpr const char* names =
    "stage,head,epoch,epochs,train_loss,metric,validation,test,seconds,samples\n";

std::string line(int epoch, int epochs) {
  return fmt::format("train-names,names,{},{},{},accuracy,{},,0.001,200\n", epoch, epochs,
                     1.0 / epoch, 1 - 0.5 / epoch);
}

/// A file that holds so many epochs, and half of one more.
void write_epochs(const fs::path& folder, int epochs) {
  fs::create_directories(folder);
  std::string text = names;
  for (int e = 1; e <= epochs; ++e) text += line(e, epochs + 5);
  const std::string half = line(epochs + 1, epochs + 5);
  glia::write_file(folder / "epochs.csv", text + half.substr(0, half.size() / 2));
}

}  // namespace

TEST_CASE("a short file of epochs is read in whole, but for a line that is being written") {
  const TempFolder folder;
  CHECK(read_epochs(folder.path()).lines.empty());
  write_epochs(folder.path(), 300);
  const auto found = read_epochs(folder.path());
  CHECK_FALSE(found.thinned);
  REQUIRE(found.lines.size() == 300);
  CHECK(found.lines.front().epoch == 1);
  CHECK(found.lines.back().epoch == 300);
  CHECK(found.lines.back().validation == Approx(1 - 0.5 / 300));
  CHECK_THAT(epochs_section(found), !Contains("epochs.csv is long"));
}

TEST_CASE("of a long file of epochs pieces are read, from the first to the latest") {
  const TempFolder folder;
  constexpr int epochs = 200'000;
  write_epochs(folder.path(), epochs);
  const auto bytes = fs::file_size(folder / "epochs.csv");
  REQUIRE(bytes > 8 * most_read);
  const auto found = read_epochs(folder.path());
  CHECK(found.thinned);
  REQUIRE_FALSE(found.lines.empty());
  CHECK(found.lines.size() < epochs / 8);
  CHECK(found.lines.front().epoch == 1);
  CHECK(found.lines.back().epoch == epochs);
  std::int64_t before = 0, widest = 0;
  for (const auto& each : found.lines) {
    CHECK(each.epoch > before);  // none twice, none out of its order, none cut into two
    CHECK(each.epochs == epochs + 5);
    CHECK(each.validation == Approx(1 - 0.5 / static_cast<double>(each.epoch)));
    widest = std::max(widest, each.epoch - before);
    before = each.epoch;
  }
  CHECK(widest < epochs / 50);  // evenly
  CHECK_THAT(epochs_section(found), Contains("epochs.csv is long"));
}

TEST_CASE("curves of trials at work say where they are thinned out") {
  const TempFolder folder;
  write_epochs(folder / "trials/3", 150);
  CHECK_THAT(running_section(read_running(folder.path(), {3})),
             Contains("As far as they have come.") && !Contains("Thinned out"));
  write_epochs(folder / "trials/4", 250);
  CHECK_THAT(
      running_section(read_running(folder.path(), {3, 4})),
      Contains("As far as they have come. Thinned out evenly: of each at most 200 epochs are "
               "drawn."));
  write_epochs(folder / "trials/5", 60'000);
  const auto long_one = read_running(folder.path(), {5});
  CHECK(long_one[0].thinned);
  CHECK_THAT(running_section(long_one), Contains("Thinned out evenly"));
  CHECK(progress_text(long_one[0]) == "names 60000 of 60005");
}

TEST_CASE("a file of epochs that holds no text is damaged") {
  const TempFolder folder;
  glia::write_file(folder / "epochs.csv", names + std::string(100, '\0') + '\n');
  CHECK_THROWS_WITH(read_epochs(folder.path()), Contains("is damaged: byte"));
}
