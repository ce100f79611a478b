// SPDX-License-Identifier: MIT
// `glia compile` as scripts call it: what it leaves behind, that it runs, and that the proof bites.
#include "catch.hpp"
#include "support.hpp"
#include "train/safetensors.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

TEST_CASE("a JSON network becomes a pipeline with weights and a proof, in each mode") {
  const Workplace place;
  place.write("net.json", network({layer(5, 7, "relu"), layer(7, 3, "identity", 500)}));
  for (const std::string mode : {"exchange", "rotations", "shortest"}) {
    const Outcome made = place.glia({"compile", "net.json", "-o", mode, "--mode", mode});
    INFO(made.err << made.out);
    REQUIRE(made.code == 0);
    const json proof = place.proof(mode);
    CHECK(proof.at("mode") == mode);
    CHECK(proof.at("connections") == 5 * 7 + 7 * 3);
    CHECK(proof.at("locality_bound") == 5 + 4);
    CHECK(proof.at("inputs_tried") == 10000);
    CHECK(proof.at("max_error").get<double>() < 1e-11);
    CHECK(proof.at("equal_labels_float32").get<int>() >= 9990);
    if (mode == "exchange") {
      CHECK(proof.at("rows") == 11 + 9 + 1);
      CHECK(proof.at("exact") == true);
    }
    const Outcome verified = place.glia({"compile", "--verify", mode});
    INFO(verified.out);
    CHECK(verified.code == 0);
    const Outcome checked = place.glia({"validate", mode + "/pipeline.toml"});
    INFO(checked.err);
    CHECK(checked.code == 0);
  }
}

TEST_CASE("the engine runs a compiled network, from any folder") {
  const Workplace place;
  place.write("net.json", network({layer(4, 6, "softmax"), layer(6, 5, "tanh", 300)}));
  REQUIRE(place.glia({"compile", "net.json", "-o", "deep/er/out"}).code == 0);
  const Outcome run = place.glia({"run", "deep/er/out/pipeline.toml", "-q", "-o", "run"});
  INFO(run.err);
  REQUIRE(run.code == 0);
  const json head = place.results("run").at("heads").at("outputs");
  CHECK(head.at("test_accuracy") == 1.0);
  CHECK(head.at("test_loss").get<double>() < 1e-9);
  CHECK(head.at("curve").at(0).at("train_loss").get<double>() < 1e-9);  // nothing was trained
  // Widths of 4 and 5 need a silent cell, whole rows of six a softmax that hears no others.
  CHECK(has(place.read("deep/er/out/pipeline.toml"), "{ wave = \"pad\", right = 1 }"));
}

TEST_CASE("strict puts a ReLU into every row but the last") {
  const Workplace place;
  place.write("net.json", network({layer(5, 8, "relu"), layer(8, 3, "identity", 200)}));
  const Outcome made = place.glia({"compile", "net.json", "-o", "out", "--strict", "--json"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  const json proof = json::parse(made.out);
  CHECK(proof.at("strict") == true);
  CHECK(proof.at("exact") == true);
  CHECK(proof.at("max_error").get<double>() < 1e-10);
  CHECK(proof.at("lowest_rest").get<double>() > -1e-9);
  CHECK(place.glia({"compile", "--verify", "out"}).code == 0);
  const Outcome run = place.glia({"run", "out/pipeline.toml", "-q", "-o", "run"});
  REQUIRE(run.code == 0);
  CHECK(place.results("run").at("heads").at("outputs").at("test_accuracy") == 1.0);
  place.write("other.json", network({layer(3, 3, "tanh"), layer(3, 2, "identity")}));
  const Outcome other = place.glia({"compile", "other.json", "-o", "no", "--strict"});
  CHECK(other.code == 2);
  CHECK(has(other.err, "layer 0 answers with 'tanh'"));
  CHECK(!fs::exists(place / "no"));
}

TEST_CASE("a network as wide as the digits' gives ten thousand equal labels, strict or not") {
  const Workplace place;
  place.write("net.json", network({layer(20, 128, "relu"), layer(128, 10, "identity", 7000)}));
  for (const bool strict : {false, true}) {
    std::vector<std::string> arguments{"compile", "net.json", "-o", strict ? "strict" : "plain"};
    if (strict) arguments.push_back("--strict");
    const Outcome made = place.glia(arguments);
    INFO(made.err);
    REQUIRE(made.code == 0);
    const json proof = place.proof(strict ? "strict" : "plain");
    CHECK(proof.at("rows") == 289);
    CHECK(proof.at("cells") == 42546);
    CHECK(proof.at("exact") == true);
    CHECK(proof.at("equal_labels_float32").get<int>() >= 9995);  // a tie may fall either way
  }
}

namespace {

/// Changes one number of a tensor without leaving a digest that would tell.
void spoil(const fs::path& file) {
  auto stored = glia::train::load_safetensors(file);
  const auto weights = std::find_if(stored.tensors.begin(), stored.tensors.end(),
                                    [](const auto& t) { return t.first.ends_with(".weight"); });
  REQUIRE(weights != stored.tensors.end());
  weights->second = weights->second.clone();
  double* weight = weights->second.data_ptr<double>();
  while (*weight == 0) ++weight;
  *weight = std::nextafter(*weight, 2.0);
  glia::train::save_safetensors(file, stored.tensors, {});
}

}  // namespace

TEST_CASE("verify finds what was changed afterwards") {
  const Workplace place;
  place.write("net.json", network({layer(4, 4, "relu"), layer(4, 2, "identity", 100)}));
  const auto make = [&] {
    fs::remove_all(place / "out");
    REQUIRE(place.glia({"compile", "net.json", "-o", "out"}).code == 0);
  };
  make();
  spoil(place / "out/weights.safetensors");
  Outcome found = place.glia({"compile", "--verify", "out"});
  CHECK(found.code == 1);
  CHECK(has(found.out, "identity"));

  make();
  place.change("out/pipeline.toml", "activation = \"relu\"", "activation = \"tanh\"");
  found = place.glia({"compile", "--verify", "out"});
  CHECK(found.code == 1);
  CHECK(has(found.out, "random inputs"));

  make();
  place.change("out/proof.json", "\"rows\": 1", "\"rows\": 2");
  found = place.glia({"compile", "--verify", "out"});
  CHECK(found.code == 1);
  CHECK(has(found.out, "states rows"));

  make();
  std::string bytes = place.read("out/network.safetensors");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  place.write("out/network.safetensors", bytes);
  found = place.glia({"compile", "--verify", "out"});
  CHECK(found.code == 1);
  CHECK(has(found.out, "network.safetensors is what was compiled"));
  CHECK(has(found.out, "glia compile NETWORK -o DIR"));
  CHECK(!has(found.out, "delete"));

  make();
  bytes = place.read("out/weights.safetensors");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  place.write("out/weights.safetensors", bytes);
  found = place.glia({"compile", "--verify", "out"});
  CHECK(found.code == 1);
  CHECK(has(found.out, "compile it again"));
  CHECK(!has(found.out, "delete"));

  make();
  fs::resize_file(place / "out/weights.safetensors", 100);
  CHECK(place.glia({"compile", "--verify", "out"}).code == 1);
  fs::remove(place / "out/network.safetensors");
  CHECK(place.glia({"compile", "--verify", "out"}).code == 1);
  CHECK(place.glia({"compile", "--verify", "nowhere"}).code == 1);
}

TEST_CASE("only the crossings of a compiled network are trained on") {
  const Workplace place;
  place.write("net.json", network({layer(4, 5, "relu"), layer(5, 2, "identity", 100)}));
  REQUIRE(place.glia({"compile", "net.json", "-o", "out"}).code == 0);
  const std::vector<std::string> thaw{"network.matrix.freeze=false",
                                      "network.matrix.freeze_parts=[\"copies\"]",
                                      "head.outputs.train.learning_rate=0.01"};
  std::vector<std::string> arguments{"run", "out/pipeline.toml", "-q", "-o", "run"};
  arguments.insert(arguments.end(), thaw.begin(), thaw.end());
  const Outcome run = place.glia(arguments);
  INFO(run.err);
  REQUIRE(run.code == 0);
  const auto before = glia::train::load_safetensors(place / "out/weights.safetensors");
  const auto after = glia::train::load_safetensors(place / "run/checkpoints/outputs.safetensors");
  std::map<std::string, at::Tensor> old(before.tensors.begin(), before.tensors.end());
  std::int64_t moved = 0, may_move = 0;
  for (const auto& [name, tensor] : after.tensors) {
    const std::string bare = name.substr(std::string("matrix.").size());
    const at::Tensor changed = tensor.ne(old.at(bare).to(at::kFloat));
    const at::Tensor mark = old.at(bare + ".trainable");
    CHECK(!changed.logical_and(mark.logical_not()).any().item<bool>());
    moved += changed.sum().item<std::int64_t>();
    may_move += mark.sum().item<std::int64_t>();
  }
  CHECK(may_move == 4 * 5 + 5 * 2 + 5 + 2);  // connections and biases
  CHECK(moved > may_move / 2);
  arguments[4] = "frozen";
  arguments.erase(arguments.begin() + 5, arguments.begin() + 7);
  REQUIRE(place.glia(arguments).code == 0);
  for (const auto& [name, tensor] :
       glia::train::load_safetensors(place / "frozen/checkpoints/outputs.safetensors").tensors) {
    CHECK(tensor.equal(old.at(name.substr(std::string("matrix.").size())).to(at::kFloat)));
  }
}
