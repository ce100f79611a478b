// SPDX-License-Identifier: MIT
// Matrices with rows left out: what glia compile --rows leaves behind, and the figure of --pruned.
#include "catch.hpp"
#include "support.hpp"

#include <fmt/format.h>

namespace {

/// What a folder of `glia compile --rows` and its sweep hold, as far as the figure reads them.
void lay(const Workplace& place, const std::string& name, int rows, double pruned, double own,
         bool validation = true) {
  const auto trial = [&](const std::string& weights, double valid, double test) {
    json head{{"test_accuracy", test}};
    if (validation) head["validation_accuracy"] = valid;
    return json{{"status", "ok"},
                {"values",
                 {{"network.matrix.weights", weights}, {"head.names.train.learning_rate", valid}}},
                {"heads", {{"names", head}}}};
  };
  fs::create_directories(place / (name + "/trained"));
  place.write(name + "/proof.json", json{{"rows", rows},
                                         {"locality_bound", 33},
                                         {"identity_error", 0.5},
                                         {"equal_labels_float32", 4000},
                                         {"inputs_tried", 10000}}
                                        .dump());
  json trials = {trial("weights.safetensors", 0.5, 0.99), trial("weights.safetensors", 0.9, pruned),
                 trial("", 0.8, own), trial("", 0.7, 0.98)};
  trials.push_back({{"status", "failed"}, {"values", json::object()}, {"heads", json::object()}});
  place.write(name + "/trained/results.json", json{{"trials", trials}}.dump());
}

}  // namespace

TEST_CASE("a matrix with rows left out states what it misses, is verified and trained on") {
  const Workplace place;
  place.write("net.json", network({layer(8, 8, "tanh"), layer(8, 4, "identity", 500)}));
  const Outcome made =
      place.glia({"compile", "net.json", "-o", "out", "--mode", "rotations", "--rows", "14"});
  INFO(made.err << made.out);
  REQUIRE(made.code == 0);
  CHECK(has(made.out, "it is the network no longer"));
  const json proof = place.proof("out");
  CHECK(proof.at("rows") == 14);
  CHECK(proof.at("pruned_from").get<int>() > 14);
  CHECK(proof.at("exact") == false);
  CHECK(proof.at("within_reach") == true);
  CHECK(proof.at("max_error").get<double>() > 1e-6);
  CHECK(place.glia({"compile", "--verify", "out"}).code == 0);
  place.change("out/proof.json", "\"rows\": 14", "\"rows\": 13");
  CHECK(place.glia({"compile", "--verify", "out"}).code == 1);
  const auto loss = [&](const std::string& run, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"run", "out/pipeline.toml", "-q", "-o", run});
    REQUIRE(place.glia(arguments).code == 0);
    return place.results(run).at("heads").at("outputs").at("test_loss").get<double>();
  };
  CHECK(loss("on", {"network.matrix.freeze=false", "head.outputs.train.epochs=3"}) <
        0.5 * loss("frozen", {}));
}

TEST_CASE("a proof that was changed is not drawn from, and told when it is verified") {
  const Workplace place;
  place.write("net.json", network({layer(8, 8, "tanh"), layer(8, 4, "identity", 500)}));
  REQUIRE(place.glia({"compile", "net.json", "-o", "out", "--mode", "rotations", "--rows", "14"})
              .code == 0);
  lay(place, "other", 12, 0.9, 0.8);
  fs::copy(place / "other/trained", place / "out/trained");
  REQUIRE(place.glia({"compile", "--pruned", "out", "-o", "figure"}).code == 0);
  place.change("out/proof.json", "\"equal_labels_float32\": ", "\"equal_labels_float32\": 1");
  const Outcome drawn = place.glia({"compile", "--pruned", "out", "-o", "again"});
  INFO(drawn.err);
  CHECK(drawn.code == 1);
  CHECK(has(drawn.err, "out/proof.json: was changed since glia wrote it"));
  CHECK(has(drawn.err, "glia compile --verify out"));
  const Outcome verified = place.glia({"compile", "--verify", "out"});
  CHECK(verified.code == 1);
  CHECK(has(verified.out, "out: proof.json: was changed since glia wrote it"));
}

TEST_CASE("rows that cannot be left out are refused with what can be") {
  const Workplace place;
  place.write("net.json", network({layer(8, 8, "tanh"), layer(8, 4, "identity", 500)}));
  const auto refused = [&](std::vector<std::string> arguments, const std::string& message) {
    arguments.insert(arguments.begin(), {"compile", "net.json", "-o", "out"});
    const Outcome outcome = place.glia(arguments);
    INFO(outcome.err);
    CHECK(outcome.code == 2);
    CHECK(has(outcome.err, message));
    CHECK(!fs::exists(place / "out"));
  };
  refused({"--rows", "14"}, "mode 'exchange' cannot leave rows out");
  refused({"--rows", "14"}, "--mode rotations");
  refused({"--rows", "2", "--mode", "rotations"}, "take 3 rows at least");
  refused({"--rows", "0", "--mode", "rotations"}, "--rows");
}

TEST_CASE("more rows than there are leave nothing out, and that is said") {
  const Workplace place;
  place.write("net.json", network({layer(4, 4, "identity")}));
  const auto made = [&](const std::string& folder, const std::string& rows) {
    const Outcome outcome =
        place.glia({"compile", "net.json", "-o", folder, "--mode", "rotations", "--rows", rows});
    REQUIRE(outcome.code == 0);
    return outcome.err;
  };
  const std::string told = made("out", "1000");
  const auto rows = place.proof("out").at("rows").get<int>();
  CHECK(has(told, "--rows 1000 leaves nothing out: the whole matrix has " + std::to_string(rows)));
  CHECK(made("all", std::to_string(rows)).empty());
}

TEST_CASE("accuracy is drawn against rows: validation chooses, the test split is shown") {
  const Workplace place;
  lay(place, "a", 40, 0.91, 0.88);
  lay(place, "b", 10, 0.71, 0.68);
  lay(place, "c", 10, 0.73, 0.66);
  const Outcome made = place.glia({"compile", "--pruned", "a", "b", "c", "-o", "figure"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  const std::string table = place.read("figure/pruned.csv");
  CHECK(has(table, "\n10,33,5.000e-01,0.4000,2,0.9000,0.7100,2,0.8000,0.6800,b\n"));
  CHECK(has(table, "\n40,33,5.000e-01,0.4000,2,0.9000,0.9100,2,0.8000,0.8800,a\n"));
  CHECK(!has(table, "0.99"));
  const std::string figure = place.read("figure/pruned.svg");
  CHECK(has(figure, "pruned and trained on: 40, 0.91"));
  CHECK(has(figure, "locality bound"));

  lay(place, "no_heads", 10, 0.7, 0.6);
  place.write("no_heads/trained/results.json",
              R"({"trials": [{"status": "ok", "values": {}, "heads": {}}]})");
  const Outcome none = place.glia({"compile", "--pruned", "no_heads", "-o", "no"});
  CHECK(none.code == 2);
  CHECK(has(none.err, "no validation accuracy"));
  lay(place, "no_choice", 10, 0.7, 0.6, false);
  Outcome refused = place.glia({"compile", "--pruned", "no_choice", "-o", "no"});
  CHECK(refused.code == 2);
  CHECK(has(refused.err, "validation = 0.1"));
  fs::remove_all(place / "b/trained");
  refused = place.glia({"compile", "--pruned", "a", "b", "-o", "no"});
  CHECK(refused.code == 2);
  CHECK(has(refused.err, "b has no trained/results.json"));
  CHECK(!fs::exists(place / "no"));
}
