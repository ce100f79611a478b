// SPDX-License-Identifier: MIT
// `patience`: training ends when the validation loss gets no better, and the best epoch is kept.
#include "catch.hpp"
#include "support.hpp"

namespace {

const std::string tenth = "dataset.clothing.validation=0.1";

/// Steps so large that some epochs make it worse.
const std::string patient =
    with(small_pipeline, "input = \"layers\"\ntrain = { epochs = 2, learning_rate = 4e-3",
         "input = \"layers\"\ntrain = { epochs = 40, patience = 2, learning_rate = 0.3");

void check_kept(const json& of, const std::string& what) {
  const auto& curve = of.at("curve");
  const auto kept = of.at("kept_epoch").get<std::size_t>();
  INFO(what << ": epoch " << kept << " of " << curve.size());
  REQUIRE(kept >= 1);
  REQUIRE(kept <= curve.size());
  for (const auto& point : curve) {
    CHECK(point.at("validation_loss").get<double>() >=
          curve.at(kept - 1).at("validation_loss").get<double>());
  }
  for (const std::string key : {"test_accuracy", "test_loss", "validation_accuracy"}) {
    CHECK(of.at(key) == curve.at(kept - 1).at(key));
  }
}

}  // namespace

TEST_CASE("a head ends early, and all that is measured is of the epoch that is kept") {
  const Workplace place(patient);
  const Outcome outcome = place.glia({"run", "small.toml", tenth, "-o", "run"});
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const json head = place.results("run").at("heads").at("neurons");
  check_kept(head, "neurons");
  const auto trained = head.at("curve").size(), kept = head.at("kept_epoch").get<std::size_t>();
  CHECK(trained < 40);
  CHECK(trained == kept + 2);
  CHECK(outcome.out.find(std::to_string(trained) + " (" + std::to_string(kept) + " kept)") !=
        std::string::npos);
  CHECK_FALSE(place.results("run").at("heads").at("astrocytes").contains("kept_epoch"));
  // Measured again from the folder, to the bit: draws of chance are those of the kept epoch.
  const Outcome again = place.glia({"evaluate", "run", "--json"});
  REQUIRE(again.code == 0);
  const json measured = json::parse(again.out).at("heads").at("neurons");
  for (const std::string key : {"test_accuracy", "test_loss", "test_calibration_error"}) {
    CHECK(measured.at(key) == head.at(key));
  }
  REQUIRE(place.glia({"run", "small.toml", tenth, "-q", "--threads", "3", "-o", "three"}).code ==
          0);
  CHECK(place.heads("three") == place.heads("run"));
}

TEST_CASE("encoders and heads that are trained together have patience too") {
  const Workplace place(with(patient, "input = \"layers\"\ntrain = {", "input = \"layers\"\n#") +
                        "\n[training.pair]\nheads = [\"astrocytes\", \"neurons\"]\n"
                        "weights = [1, 0.5]\n"
                        "train = { epochs = 40, patience = 1, learning_rate = 0.3 }\n");
  std::string text = place.read("small.toml");
  text = with(text, "input = \"matrix\"\ntrain = {", "input = \"matrix\"\n#");
  text = with(text, "train = { epochs = 2, learning_rate = 1e-3",
              "train = { epochs = 30, patience = 1, learning_rate = 0.05");
  place.write("small.toml", text);
  const Outcome outcome = place.glia({"run", "small.toml", tenth, "-q", "-o", "run"});
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const json results = place.results("run");
  const json encoder = results.at("encoders").at("latent");
  const auto losses = encoder.at("validation_loss");
  const auto kept = encoder.at("kept_epoch").get<std::size_t>();
  REQUIRE(losses.size() == encoder.at("train_loss").size());
  CHECK(losses.size() < 30);
  CHECK(losses.size() == kept + 1);
  for (const auto& point : losses) CHECK(point.at("loss") >= losses.at(kept - 1).at("loss"));

  const json &a = results.at("heads").at("astrocytes"), &b = results.at("heads").at("neurons");
  const auto trained = a.at("curve").size(), best = a.at("kept_epoch").get<std::size_t>();
  CHECK(b.at("kept_epoch") == a.at("kept_epoch"));
  CHECK(trained == best + 1);
  const auto sum = [&](std::size_t e) {
    return a.at("curve").at(e).at("validation_loss").get<double>() +
           0.5 * b.at("curve").at(e).at("validation_loss").get<double>();
  };
  for (std::size_t e = 0; e < trained; ++e) CHECK(sum(e) >= sum(best - 1));
  CHECK(a.at("test_accuracy") == a.at("curve").at(best - 1).at("test_accuracy"));
}

TEST_CASE("patience without validation, or in joint training, is refused where it stands") {
  const Workplace place(patient);
  const Outcome none = place.glia({"validate", "small.toml"});
  CHECK(none.code == 2);
  CHECK(none.err.find("small.toml:34:35: error: 'patience' of head 'neurons' goes by the "
                      "validation loss, and dataset 'clothing' keeps no samples for validation") !=
        std::string::npos);
  CHECK(none.err.find("add validation = 0.1 to [dataset.clothing]") != std::string::npos);
  CHECK(place.glia({"validate", "small.toml", tenth}).code == 0);
  const Outcome joint = place.glia({"validate", "small.toml", tenth, "encoder.latent.mode=joint",
                                    "encoder.latent.train.patience=3"});
  CHECK(joint.code == 2);
  CHECK(joint.err.find("encoder 'latent' cannot end early") != std::string::npos);
  CHECK(joint.err.find("head 'neurons' cannot end early") != std::string::npos);
}
