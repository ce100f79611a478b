// SPDX-License-Identifier: MIT
// Samples kept for validation, and what a head is measured by.
#include "catch.hpp"
#include "support.hpp"

#include <cmath>
#include <numeric>

namespace {

const std::string held_out = "dataset.clothing.validation=0.1";

}  // namespace

TEST_CASE("a validation split is measured in every epoch, in results.json and results.csv") {
  const Workplace place;
  const Outcome outcome = place.glia({"run", "small.toml", held_out, "-q", "-o", "run"});
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const json results = place.results("run");
  for (const std::string id : {"astrocytes", "neurons"}) {
    const json& head = results.at("heads").at(id);
    // 60 samples of 600: every accuracy is a multiple of 1/60, as far as numbers in between allow.
    const double accuracy = head.at("validation_accuracy").get<double>();
    CHECK(std::abs(accuracy * 60 - std::round(accuracy * 60)) < 1e-9);
    CHECK(head.at("validation_loss").get<double>() > 0);
    CHECK(head.at("curve").size() == 2);
    CHECK(head.at("curve").at(1).at("validation_accuracy") == head.at("validation_accuracy"));
    CHECK(head.at("curve").at(1).at("validation_loss") == head.at("validation_loss"));
    CHECK(head.at("curve").at(0).at("validation_loss") != head.at("validation_loss"));
  }
  const std::string csv = place.read("run/results.csv");
  CHECK(csv.find("validation_accuracy,validation_loss") != std::string::npos);

  // The encoder was trained on fewer samples too, so its loss is another.
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "all"}).code == 0);
  CHECK(place.results("all").at("encoders") != results.at("encoders"));
  CHECK_FALSE(place.results("all").at("heads").at("neurons").contains("validation_accuracy"));
}

TEST_CASE("the split follows from its own seed, whatever the pipeline's seed and the threads") {
  const Workplace place;
  const auto run = [&](const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> command{"run", "small.toml", held_out, "-q", "-o", name};
    command.insert(command.end(), more.begin(), more.end());
    REQUIRE(place.glia(command).code == 0);
    return place.heads(name);
  };
  const auto one = run("one", {"--threads", "1"});
  CHECK(run("three", {"--threads", "3"}) == one);
  CHECK(run("count", {"dataset.clothing.validation=60"}) == one);
  CHECK(run("other", {"dataset.clothing.validation_seed=2"}) != one);
}

TEST_CASE("a share that leaves nothing is refused with the numbers") {
  const Workplace place;
  const Outcome all =
      place.glia({"run", "small.toml", "dataset.clothing.validation=600", "-o", "run"});
  CHECK(all.code == 2);
  const std::string said = "has 600 training samples; validation = 600 keeps 600 of them";
  CHECK(all.err.find(said) != std::string::npos);
  const Outcome told = place.glia({"validate", "small.toml", "dataset.clothing.validation=600"});
  CHECK(told.code == 2);
  CHECK(told.err.find("small.toml:5:10: error: dataset 'clothing' " + said) != std::string::npos);
  CHECK(place.glia({"validate", "small.toml", "dataset.clothing.validation=599"}).code == 0);
  CHECK(place  // data that is not there is what a run tells
            .glia({"validate", "small.toml", "dataset.clothing.validation=600",
                   "dataset.clothing.path=/nowhere"})
            .code == 0);
  const Outcome half = place.glia({"validate", "small.toml", "dataset.clothing.validation=1.5"});
  CHECK(half.code == 2);
  CHECK(half.err.find("a share below 1 or a whole number") != std::string::npos);
}

TEST_CASE("joint training keeps the validation split too, and resumes with it") {
  const Workplace place;
  const std::string joint = "encoder.latent.mode=joint";
  REQUIRE(place.glia({"run", "small.toml", joint, held_out, "-q", "-o", "run"}).code == 0);
  const auto heads = place.heads("run");
  CHECK(heads.find("validation_accuracy") != std::string::npos);
  REQUIRE(place.glia({"run", "small.toml", joint, held_out, "-q", "-o", "run", "--resume"}).code ==
          0);
  CHECK(place.heads("run") == heads);
}

TEST_CASE("a head is measured by all that apply, or by those that it names") {
  const Workplace place;
  REQUIRE(place.glia({"run", "small.toml", held_out, "-q", "-o", "run"}).code == 0);
  const json head = place.results("run").at("heads").at("neurons");
  for (const std::string split : {"test", "validation"}) {
    CHECK(head.at(split + "_balanced_accuracy").get<double>() > 0);
    CHECK(head.at(split + "_calibration_error").get<double>() >= 0);
    CHECK_FALSE(head.contains(split + "_squared_error"));
    // The confusion matrix holds every sample, and the right answers on its diagonal.
    const auto counts =
        head.at("confusion").at(split).get<std::vector<std::vector<std::int64_t>>>();
    REQUIRE(counts.size() == 10);
    std::int64_t samples = 0, right = 0;
    for (std::size_t i = 0; i < 10; ++i) {
      samples += std::accumulate(counts[i].begin(), counts[i].end(), std::int64_t{0});
      right += counts[i][i];
    }
    CHECK(samples == (split == "test" ? 200 : 60));
    CHECK(static_cast<double>(right) / static_cast<double>(samples) ==
          Approx(head.at(split + "_accuracy").get<double>()));
  }
  REQUIRE(place
              .glia({"run", "small.toml", "head.neurons.metrics=[\"calibration_error\"]", "-q",
                     "-o", "one"})
              .code == 0);
  const json one = place.results("one").at("heads").at("neurons");
  CHECK(one.contains("test_calibration_error"));
  CHECK_FALSE(one.contains("test_balanced_accuracy"));
  const Outcome typo =
      place.glia({"validate", "small.toml", "head.neurons.metrics=[\"calibration_eror\"]"});
  CHECK(typo.code == 2);
  CHECK(typo.err.find("did you mean 'calibration_error'?") != std::string::npos);
}

TEST_CASE("samples that a network was trained on do not count as kept for validation") {
  const Workplace place;
  REQUIRE(place.glia({"run", "small.toml", held_out, "-q", "-o", "run"}).code == 0);
  const auto evaluate = [&](const std::string& split, const std::string& change) {
    return place.glia({"evaluate", "run", "split=" + split, change});
  };
  const Outcome other = evaluate("validation", "dataset.clothing.validation_seed=7");
  CHECK(other.code == 2);
  CHECK(other.err.find("would keep other samples for validation than the run did") !=
        std::string::npos);
  CHECK(evaluate("validation", "dataset.clothing.validation=0.5").code == 2);
  CHECK(evaluate("validation", "dataset.clothing.validation_seed=1").code == 0);
  CHECK(evaluate("test", "dataset.clothing.validation_seed=7").code == 0);

  // Of training on from its weights it is told.
  const auto go_on = [&](const std::string& name, const std::string& change) {
    const Outcome outcome =
        place.glia({"run", "small.toml", held_out, "-q", "-o", name, change,
                    "encoder.latent.weights=run/checkpoints/latent.safetensors"});
    INFO(outcome.err);
    CHECK(outcome.code == 0);
    return outcome.err;
  };
  CHECK(go_on("otherwise", "dataset.clothing.validation_seed=7")
            .find("has learned from samples that data set 'clothing' keeps for validation now") !=
        std::string::npos);
  CHECK(go_on("alike", "dataset.clothing.validation_seed=1").find("has learned from") ==
        std::string::npos);
}
