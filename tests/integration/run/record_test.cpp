// SPDX-License-Identifier: MIT
// Looking into a run: rows that are recorded, features that stand in another order.
#include "catch.hpp"
#include "support.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <sstream>
#include <vector>

namespace {

const std::string recorded =
    with(small_pipeline, "input = \"matrix\"", "input = \"matrix\"\nrecord_rows = true");

json rows(const json& results) { return results.at("heads").at("astrocytes").at("rows"); }

/// What does not know of rows: curves and final numbers of both heads.
json without_rows(json results) {
  results.at("heads").at("astrocytes").erase("rows");
  return results.at("heads");
}

/// Of every feature, the bytes of its means and deviations in both splits, as the one file of
/// latents in a cache holds them.
std::vector<std::string> features_in(const fs::path& cache) {
  for (const auto& entry : fs::directory_iterator(cache / "files")) {
    const std::string file = glia::read_file(entry.path());
    std::uint64_t header = 0;
    std::memcpy(&header, file.data(), sizeof header);
    const json tensors = json::parse(file.substr(sizeof header, header));
    if (!tensors.contains("train.mean")) continue;
    std::vector<std::string> features;
    for (const char* name : {"train.mean", "train.deviation", "test.mean", "test.deviation"}) {
      const std::size_t samples = tensors.at(name).at("shape").at(0);
      const std::size_t width = tensors.at(name).at("shape").at(1);
      const std::size_t begin = tensors.at(name).at("data_offsets").at(0);
      features.resize(width);
      for (std::size_t i = 0; i < samples * width; ++i) {
        features[i % width] += file.substr(sizeof header + header + begin + 4 * i, 4);
      }
    }
    return features;
  }
  throw std::runtime_error("no latents in " + cache.string());
}

}  // namespace

TEST_CASE("recorded rows tell signal and gradient of every row, and change nothing else") {
  const Workplace place(recorded);
  const Outcome watched = place.glia({"run", "small.toml", "-q", "-o", "watched"});
  INFO(watched.err);
  REQUIRE(watched.code == 0);
  REQUIRE(
      place.glia({"run", "small.toml", "-q", "-o", "plain", "head.astrocytes.record_rows=false"})
          .code == 0);
  const json results = place.results("watched");
  CHECK(without_rows(results) == place.results("plain").at("heads"));
  CHECK(!results.at("heads").at("neurons").contains("rows"));

  const json found = rows(results);
  CHECK(found.at("steps").size() == 15);  // the latent row, five gathers, five slides, four elus
  CHECK(found.at("steps").at(0) == "latent");
  CHECK(found.at("steps").at(3) == "elu");
  CHECK(found.at("cells").front() == 20);
  CHECK(found.at("cells").back() == 10);
  REQUIRE(found.at("epochs").size() == 3);  // the start, and two
  for (const json& epoch : found.at("epochs")) {
    CHECK(epoch.at("signal").at(0) == found.at("epochs").at(0).at("signal").at(0));
    for (const json& value : epoch.at("signal")) CHECK(value.get<double>() > 0);
    for (const json& value : epoch.at("gradient")) CHECK(value.get<double>() > 0);
    // d loss / d logit is p - y: its RMS over ten cells is below 1, and at the start near 0.3.
    CHECK(epoch.at("gradient").back().get<double>() == Approx(0.3).margin(0.1));
  }
  CHECK(found.at("epochs").at(0).at("signal").back() <
        found.at("epochs").at(2).at("signal").back());

  CHECK(place.names_in("watched/figures").find("rows.csv rows.png rows.svg") != std::string::npos);
  std::istringstream csv(place.read("watched/figures/rows.csv"));
  std::string line;
  std::getline(csv, line);
  CHECK(line == "series,epoch,row,step,cells,signal,gradient,head");
  std::getline(csv, line);
  CHECK(line.rfind("1,0,0,latent,20,", 0) == 0);
  CHECK(place.names_in("plain/figures").find("rows") == std::string::npos);
}

TEST_CASE("rows in time are recorded from the cells at rest on, which nothing flows back to") {
  std::string text = with(recorded, "narrow_to = 10\npattern = [{ wave = \"gather\" }, ",
                          "steps = 2\ncells = 20\npattern = [");
  text =
      with(text, "[network.layers]",
           "[network.read]\ninput = \"matrix\"\npattern = [{ wave = \"linear\", width = 10 }]\n\n"
           "[network.layers]");
  const Workplace place(with(text, "input = \"matrix\"\nrecord", "input = \"read\"\nrecord"));
  const Outcome run = place.glia({"run", "small.toml", "-q", "-o", "run"});
  INFO(run.err);
  REQUIRE(run.code == 0);
  const json found = rows(place.results("run"));
  const json& last = found.at("epochs").back();
  REQUIRE(last.at("gradient").size() == found.at("steps").size());
  CHECK(last.at("gradient").at(0).get<double>() > 0);
  CHECK(last.at("gradient").back().get<double>() > 0);
}

TEST_CASE("a run that goes on has the rows of one that was never stopped") {
  const Workplace place(with(recorded, "record_rows = true\ntrain = { epochs = 2",
                             "record_rows = true\ntrain = { epochs = 400"));
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "whole"}).code == 0);
  Running first(place, "run small.toml -o run --threads 1");
  REQUIRE(first.halt_when_written("run/checkpoints/astrocytes.safetensors"));
  first.signal(SIGTERM);
  first.signal(SIGCONT);
  CHECK(first.wait().code == 75);
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "run", "--resume"}).code == 0);
  CHECK(rows(place.results("run")).at("epochs").size() == 401);
  CHECK(place.heads("run") == place.heads("whole"));
}

TEST_CASE("features in another order are another task for neighbours, on the same encoder") {
  const Workplace place;
  const auto run = [&](const std::string& folder, const std::string& order) {
    const Outcome outcome = place.glia(
        {"run", "small.toml", "-q", "-o", folder, "--cache-dir", "cache-of-" + folder, order});
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    return place.heads(folder);
  };
  const std::string plain = run("plain", "encoder.latent.feature_order=0");
  const std::string other = run("other", "encoder.latent.feature_order=7");
  CHECK(other != plain);
  CHECK(run("again", "encoder.latent.feature_order=7") == other);
  CHECK(run("third", "encoder.latent.feature_order=8") != other);
  CHECK(place.results("other").at("encoders") == place.results("plain").at("encoders"));
  // Every feature took all that is its own along: both moments, in both splits.
  auto features = features_in(place / "cache-of-plain");
  auto elsewhere = features_in(place / "cache-of-other");
  CHECK(features.size() == 20);
  CHECK((elsewhere != features));  // the bytes would tell nobody anything
  std::sort(features.begin(), features.end());
  std::sort(elsewhere.begin(), elsewhere.end());
  CHECK((elsewhere == features));
}

TEST_CASE("rows of a head that follows a joint encoder start with what the encoder is by then") {
  const Workplace place(recorded);
  const Outcome outcome =
      place.glia({"run", "small.toml", "-q", "-o", "run", "encoder.latent.mode=joint"});
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const json epochs = rows(place.results("run")).at("epochs");
  REQUIRE(epochs.size() == 3);
  CHECK(epochs.at(1).at("signal").at(0) != epochs.at(2).at("signal").at(0));
}
