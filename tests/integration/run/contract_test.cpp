// SPDX-License-Identifier: MIT
// What a run leaves behind, for people and for scripts.
#include "catch.hpp"
#include "support.hpp"

#include <cmath>

namespace {

const std::string reader = GLIA_SOURCE_DIR "/tests/unit/train/read_safetensors.py";

void check_head(const json& head, std::size_t epochs) {
  CHECK(head.at("test_accuracy").get<double>() >= 0);
  CHECK(head.at("test_accuracy").get<double>() <= 1);
  CHECK(std::isfinite(head.at("test_loss").get<double>()));
  CHECK(head.at("collapsed").is_boolean());
  CHECK(head.at("parameters").get<int>() > 0);
  CHECK(head.at("chance") == 0.1);
  const json& curve = head.at("curve");
  REQUIRE(curve.size() == epochs);
  for (std::size_t i = 0; i < epochs; ++i) {
    CHECK(curve[i].at("epoch") == i + 1);
    CHECK(curve[i].at("train_loss").get<double>() > 0);
    CHECK(curve[i].at("test_accuracy").is_number());
  }
  CHECK(curve.back().at("test_accuracy") == head.at("test_accuracy"));
  CHECK(curve.back().at("test_loss") == head.at("test_loss"));
}

bool starts_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

/// Every stage is planned with its key.
void check_plan(const json& plan) {
  std::string planned;
  for (const auto& stage : plan.at("stages")) {
    planned += stage.at("stage").get<std::string>() + ' ';
    CHECK(stage.at("key").get<std::string>().size() == 64);
  }
  CHECK(planned == "clothing/load latent/train latent/encode astrocytes/train neurons/train ");
}

/// Other programs can read them.
void check_checkpoints(const Workplace& place) {
  REQUIRE(place.names_in("out/run/checkpoints") ==
          "astrocytes.safetensors latent.safetensors neurons.safetensors");
  for (const std::string name : {"astrocytes", "latent", "neurons"}) {
    const auto file = (place / ("out/run/checkpoints/" + name + ".safetensors")).string();
    const Outcome read = run_command({"python3", reader, file});
    INFO(read.err);
    CHECK(read.code == 0);
    CHECK(read.out.find("stage=" + name + "/train\n") != std::string::npos);
    CHECK(read.out.find(" F32 ") != std::string::npos);
  }
}

}  // namespace

TEST_CASE("a run leaves everything that its numbers depend on") {
  const Workplace place;
  const Outcome outcome =
      place.glia({"run", "small.toml", "head.astrocytes.train.epochs=3", "-o", "out/run"});
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  CHECK(outcome.out.find("results: out/run\nfigure:  out/run/figures/figure.png\n") !=
        std::string::npos);
  CHECK(outcome.err.find("latent/train: epoch 2/2  loss ") != std::string::npos);
  CHECK(place.names_in("out/run") ==
        ".lock checkpoints epochs.csv figures log.txt pipeline.toml plan.json provenance.json "
        "resolved.toml "
        "results.csv results.json run.json");

  const json results = place.results("out/run");
  CHECK(results.at("status") == "ok");
  CHECK(results.at("pipeline") == "small");
  CHECK(results.at("seed") == 3);
  CHECK_FALSE(results.contains("error"));
  REQUIRE(results.at("heads").size() == 2);
  check_head(results.at("heads").at("astrocytes"), 3);
  check_head(results.at("heads").at("neurons"), 2);
  CHECK(results.at("encoders").at("latent").at("train_loss").size() == 2);
  std::string stages;
  for (const auto& [name, stage] : results.at("stages").items()) {
    stages += name + ' ';
    CHECK(stage.at("seconds").get<double>() > 0);
    CHECK(stage.at("reused") == false);
  }
  CHECK(stages == "astrocytes/train clothing/load latent/encode latent/train neurons/train ");

  const std::string csv = place.read("out/run/results.csv");
  CHECK(starts_with(csv,
                    "pipeline,seed,head,status,test_accuracy,test_loss,validation_accuracy,"
                    "validation_loss,collapsed,parameters,"
                    "epochs,seconds\nsmall,3,astrocytes,ok,"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 3);
  CHECK(place.read("out/run/log.txt").find("astrocytes/train: epoch 3/3: train loss ") !=
        std::string::npos);
  CHECK(place.read("out/run/pipeline.toml") == place.read("small.toml"));

  const json provenance = json::parse(place.read("out/run/provenance.json"));
  CHECK(provenance.dump().find("head.astrocytes.train.epochs=3") != std::string::npos);
  check_plan(json::parse(place.read("out/run/plan.json")));

  CHECK(place.names_in("out/run/figures") == "curves.csv figure.csv figure.png figure.svg");
  CHECK(starts_with(place.read("out/run/figures/figure.png"), "\x89PNG\r\n"));
  CHECK(place.read("out/run/figures/figure.svg").find("<svg") != std::string::npos);

  check_checkpoints(place);

  // The resolved file says it all without the override.
  fs::copy_file(place / "out/run/resolved.toml", place / "resolved.toml");
  CHECK(place.glia({"validate", "resolved.toml"}).code == 0);
  REQUIRE(place.glia({"run", "resolved.toml", "-q", "-o", "again"}).code == 0);
  CHECK(place.heads("again") == place.heads("out/run"));
  CHECK(place.read("again/plan.json") == place.read("out/run/plan.json"));
}

TEST_CASE("the option --json prints the results and nothing else on stdout") {
  const Workplace place;
  const Outcome outcome = place.glia({"run", "small.toml", "--json", "-o", "run"});
  REQUIRE(outcome.code == 0);
  CHECK(json::parse(outcome.out) == place.results("run"));
  CHECK(outcome.out == place.read("run/results.json"));
  CHECK(outcome.err.find("astrocytes/train: done in ") != std::string::npos);
  const Outcome quiet = place.glia({"run", "small.toml", "-q", "-o", "quiet"});
  CHECK(quiet.code == 0);
  CHECK(quiet.err.empty());
}

TEST_CASE("a dry run shows the stages and makes nothing") {
  const Workplace place;
  for (const std::string flag : {"-n", "--dry-run"}) {
    const Outcome text = place.glia({"run", "small.toml", flag, "-o", "run"});
    CHECK(text.code == 0);
    CHECK(text.err.empty());
    std::string stages;
    std::istringstream lines(text.out);
    for (std::string line; std::getline(lines, line);) {
      stages += line.substr(0, line.find(' ')) + ' ';
    }
    CHECK(stages == "clothing/load latent/train latent/encode astrocytes/train neurons/train ");
    CHECK(text.out.find("after latent/encode\n") != std::string::npos);
  }
  const Outcome data = place.glia({"run", "small.toml", "-n", "--json"});
  CHECK(data.code == 0);
  CHECK(json::parse(data.out).at("stages").size() == 5);
  CHECK(place.names_in(".") == "small.toml");
}
