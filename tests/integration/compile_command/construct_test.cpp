// SPDX-License-Identifier: MIT
// Constructions and studies: what they leave behind, that it can be moved, and that their proof bites.
#include "catch.hpp"
#include "support.hpp"
#include "train/safetensors.hpp"

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <sstream>

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream from(text);
  for (std::string line; std::getline(from, line);) all.push_back(line);
  return all;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("every construction errs as its theorem says, and is proved again") {
  const Workplace place;
  struct Made {
    std::string name;
    int size, rows;
  };
  for (const Made& made : {Made{"square", 6, 8},
                           {"product", 4, 13},
                           {"sine", 16, 17},
                           {"polygon", 9, 10},
                           {"horizon", 8, 11}}) {
    const Outcome outcome = place.glia({"compile", "--construct", made.name, "--size",
                                        std::to_string(made.size), "-o", made.name});
    INFO(made.name << outcome.err);
    REQUIRE(outcome.code == 0);
    const json proof = place.proof(made.name);
    CHECK(proof.at("rows") == made.rows);
    CHECK(proof.at("within_reach") == true);
    const double error = proof.at("error").get<double>(), theory = proof.at("theory").get<double>();
    CHECK(error <= 1.01 * theory + 1e-12);
    CHECK(error >= 0.9 * theory);
    CHECK(place.glia({"compile", "--verify", made.name}).code == 0);
    CHECK(fs::exists(place / (made.name + "/picture.svg")));
  }
}

TEST_CASE("squares and products keep to the theory down to 1e-10") {
  const Workplace place;
  for (const std::string name : {"square", "product"}) {
    REQUIRE(place.glia({"compile", "--construct", name, "--size", "17", "-o", name}).code == 0);
    const json proof = place.proof(name);
    CHECK(proof.at("theory").get<double>() < 1e-10);
    CHECK(proof.at("error").get<double>() <= 1.01 * proof.at("theory").get<double>());
  }
}

TEST_CASE("what is compiled or constructed can be moved, and is proved and run there") {
  const Workplace place;
  place.write("net.json", network({layer(4, 6, "relu"), layer(6, 3, "identity", 300)}));
  REQUIRE(place.glia({"compile", "net.json", "-o", "first/net"}).code == 0);
  REQUIRE(
      place.glia({"compile", "--construct", "square", "--size", "8", "-o", "first/square"}).code ==
      0);
  fs::create_directory(place / "second");
  fs::rename(place / "first", place / "second/moved");
  for (const std::string name : {"net", "square"}) {
    const std::string folder = "second/moved/" + name;
    CHECK(!has(place.read(folder + "/pipeline.toml"), (place / "first").string()));
    CHECK(place.glia({"compile", "--verify", folder}).code == 0);
    const Outcome run = place.glia({"run", folder + "/pipeline.toml", "-q", "-o", name});
    INFO(run.err);
    REQUIRE(run.code == 0);
    CHECK(place.results(name).at("heads").at("outputs").at("test_accuracy") == 1.0);
  }
  CHECK(place.glia({"evaluate", "net"}).code == 0);
}

TEST_CASE("verify finds a construction that was changed") {
  const Workplace place;
  const auto make = [&] {
    fs::remove_all(place / "out");
    REQUIRE(place.glia({"compile", "--construct", "square", "--size", "5", "-o", "out"}).code == 0);
  };
  const auto refused = [&](const std::string& message) {
    const Outcome outcome = place.glia({"compile", "--verify", "out"});
    INFO(outcome.out << outcome.err);
    CHECK(outcome.code == 1);
    CHECK(has(outcome.out, message));
  };
  make();
  place.change("out/proof.json", "\"rows\": 7", "\"rows\": 6");
  refused("states rows = 6, found is 7");
  make();
  place.change("out/proof.json", "\"square\"", "\"sine\"");
  refused("the error is");
  make();
  place.change("out/proof.json", "\"square\"", "\"squares\"");
  refused("there is no construction 'squares'");
  make();
  place.change("out/pipeline.toml", "activation = \"relu\"", "activation = \"tanh\"");
  refused("has no ReLU");
  make();
  auto stored = glia::train::load_safetensors(place / "out/weights.safetensors");
  for (auto& [name, tensor] : stored.tensors) {
    if (name == "2.slide.weight") tensor.data_ptr<double>()[0] += 0.01;
  }
  glia::train::save_safetensors(place / "out/weights.safetensors", stored.tensors, {});
  refused("the theory gives");
}

TEST_CASE("matrices of every mode are drawn: ways and crossings, or weights where rows mix") {
  const Workplace place;
  place.write("net.json", network({layer(5, 7, "relu"), layer(7, 3, "identity", 500)}));
  for (const std::string mode : {"exchange", "rotations", "shortest"}) {
    REQUIRE(place.glia({"compile", "net.json", "-o", mode, "--mode", mode}).code == 0);
    const std::string picture = place.read(mode + "/picture.svg");
    if (mode == "exchange") {
      CHECK(count_of(picture, "<path ") == 5 * 7 + 7 * 3);
      CHECK(count_of(picture, "<title>row ") == 5 * 7 + 7 * 3);
    } else {
      CHECK(count_of(picture, "<line ") >= place.proof(mode).at("connections").get<std::size_t>());
      CHECK(count_of(picture, "weights ") > 10);
    }
    CHECK(fs::exists(place / (mode + "/picture.png")));
  }
  REQUIRE(place.glia({"compile", "net.json", "-o", "strict", "--strict"}).code == 0);
  CHECK(count_of(place.read("strict/picture.svg"), "<path ") == 5 * 7 + 7 * 3);
}

TEST_CASE("depth is drawn against width, with the bounds") {
  const Workplace place;
  const Outcome made = place.glia({"compile", "--depths", "9", "-o", "out"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  const auto lines = lines_of(place.read("out/depths.csv"));
  CHECK(lines.size() == 1 + 8 * 3);
  for (int n = 2; n <= 9; ++n) {
    // Locality binds, and `shortest` is as short as it allows.
    const std::string table = place.read("out/depths.csv");
    CHECK(has(table, fmt::format("{},exchange,5,5,{},", n, 2 * n - 1)));
    CHECK(has(table, fmt::format("{},shortest,5,5,{},", n, n - 1)));
  }
  CHECK(has(place.read("out/depths.svg"), "locality bound"));
  for (const std::string width : {"0", "1", "129"}) {
    const Outcome refused = place.glia({"compile", "--depths", width, "-o", "no"});
    CHECK(refused.code == 2);
    CHECK(has(refused.err, "--depths takes widths from 2 to 128, not " + width));
  }
  CHECK(!fs::exists(place / "no"));
}

TEST_CASE("errors of constructions stand beside those of training") {
  const Workplace place;
  for (const std::string size : {"2", "4"}) {
    REQUIRE(place.glia({"compile", "--construct", "square", "--size", size, "-o", "square/" + size})
                .code == 0);
  }
  const Outcome sweep = place.glia({"sweep", "square/2/trained.toml", "--seeds", "2",
                                    "head.outputs.train.epochs=1", "-o", "square/2/trained"});
  INFO(sweep.err);
  REQUIRE(sweep.code == 0);
  const Outcome made = place.glia({"compile", "--errors", "square/4", "square/2", "-o", "figures"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  const auto lines = lines_of(place.read("figures/errors.csv"));
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].rfind("square,2,4,", 0) == 0);
  CHECK(has(lines[1], ",2,"));                            // runs of the sweep
  CHECK(lines[2].substr(lines[2].size() - 4) == ",0,,");  // of this one there is none
  CHECK(has(place.read("figures/square.svg"), "trained, median"));
  // The numbers of a sweep that somebody has changed are no numbers to draw.
  const std::string results = place.read("square/2/trained/results.json");
  std::string edited = results;
  const auto at = edited.find("\"test_loss\":") + 12;
  edited[at] = edited[at] == '1' ? '2' : '1';
  place.write("square/2/trained/results.json", edited);
  const Outcome changed = place.glia({"compile", "--errors", "square/2", "-o", "changed"});
  CHECK(changed.code == 1);
  CHECK(has(changed.err, "results.json: was changed since glia wrote it"));
  CHECK(has(changed.err, "glia resume square/2/trained"));
  CHECK(!fs::exists(place / "changed"));
  CHECK(place.glia({"compile", "--errors", "figures", "-o", "no"}).code == 2);
}
