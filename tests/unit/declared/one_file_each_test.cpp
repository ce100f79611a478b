// SPDX-License-Identifier: MIT
// Adding a thing costs one place: an optimizer, a schedule, a metric and an augmentation of this file are
// seen by everything that reads declarations.
#include "catch.hpp"
#include "config/editor_schema.hpp"
#include "config/reference_page.hpp"
#include "core/registry.hpp"
#include "graph/augmentation.hpp"
#include "graph/identity.hpp"
#include "support.hpp"
#include "train/metric.hpp"
#include "train/optimizer.hpp"
#include "train/schedule.hpp"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <span>

using namespace glia;

namespace {

struct SignSettings {
  double dead_zone = 0.25;
};

class SignDescent final : public train::Optimizer {
 public:
  SignDescent(const SignSettings& settings, const at::Tensor&) : settings_(settings) {}

 private:
  void update(double learning_rate, const at::Tensor& gradient, const at::Tensor& parameters,
              std::int64_t first, std::int64_t count) override {
    const at::Tensor some = gradient.narrow(0, first, count);
    const at::Tensor live = some.abs().gt(settings_.dead_zone);
    parameters.narrow(0, first, count).sub_(some.sign() * live, learning_rate);
  }

  SignSettings settings_;
};

constexpr auto sign_schema = schema<SignSettings>(
    field(&SignSettings::dead_zone, "dead_zone").range(0, 1).doc("Gradients that count as none."));

const Registered<train::OptimizerEntry> sign_descent(
    train::optimizer<SignDescent>("sign_descent", sign_schema, "Steps of one size."));

struct Halving {
  std::int64_t half_life = 2;
};

const Registered<train::ScheduleEntry> halving(train::schedule(
    "halving",
    schema<Halving>(field(&Halving::half_life, "half_life").at_least(1).doc("Epochs to a half.")),
    "Halves every few epochs.", [](const Halving& h, const train::Position& at) {
      return std::exp2(-at.epochs_done() / static_cast<double>(h.half_life));
    }));

const Registered<train::MetricEntry> certainty(train::metric(
    "certainty", "Mean of the largest probability.", true,
    [](const train::Answers& answers) { return answers.classified(); },
    [](const train::Answers& answers) {
      return answers.output.exp().amax(1).mean().item<double>();
    }));

struct Blot {
  std::int64_t size = 3;
};

const Registered<graph::AugmentationEntry> blot(graph::augmentation(
    "blot", schema<Blot>(field(&Blot::size, "size").at_least(1).doc("Of the blot.")),
    "Blots out the first numbers.", [](const Blot& b, const SampleSpec&) -> graph::Change {
      return [b](std::span<float> sample, RandomStream&) {
        std::fill_n(sample.begin(), b.size, 0.0f);
      };
    }));

std::string with_augment(const std::string& chain) {
  return edited("plugin = \"mnist\"", "plugin = \"mnist\"\naugment = [" + chain + "]");
}

const std::string train_line = "train = { epochs = 3, optimizer = \"sgd\" }";

std::string with_train(const std::string& inside) {
  return edited(train_line, "train = { epochs = 3, " + inside + " }");
}

const std::string chosen =
    "optimizer = \"sign_descent\", dead_zone = 0.5, schedule = \"halving\", half_life = 4";

}  // namespace

TEST_CASE("they are settings with values and origins, and survive the resolved file") {
  const auto pipeline = load(with_train(chosen));
  CHECK(setting(pipeline, "head.digit.train.optimizer") == "\"sign_descent\" # FILE:32:35");
  CHECK(setting(pipeline, "head.digit.train.dead_zone") == "0.5 # FILE:32:63");
  CHECK(setting(pipeline, "head.digit.train.half_life") == "4 # FILE:32:102");
  CHECK(setting(pipeline, "encoder.latent.train.epsilon") == "1e-08 # default");
  const auto again = load(pipeline.resolved_toml());
  const bool same = again.spec.heads[0].train.settings == pipeline.spec.heads[0].train.settings;
  CHECK(same);
  CHECK(std::get<double>(again.spec.heads[0].train.settings.at("dead_zone")) == 0.5);
  CHECK(again.resolved_toml() == pipeline.resolved_toml());
}

TEST_CASE("they do what they say") {
  const auto train = load(with_train(chosen)).spec.heads[0].train;
  const at::Tensor p = at::zeros({3}), g = at::tensor({2.0f, -0.4f, -3.0f});
  train::make_optimizer(train, p)->step(0.1, g, p);
  CHECK(p.allclose(at::tensor({-0.1f, 0.0f, 0.1f})));
  CHECK(train::make_schedule(train)({.epoch = 8, .epochs = 9}) == Approx(0.25));
}

TEST_CASE("mistakes are found where they are written, with what was meant") {
  CHECK(errors(with_train("optimizer = \"sign_decent\"")).find("did you mean 'sign_descent'?") !=
        std::string::npos);
  CHECK(errors(with_train("schedule = \"halfing\"")).find("did you mean 'halving'?") !=
        std::string::npos);
  CHECK(errors(with_train(chosen + ", dead_zoone = 1")).find("did you mean 'dead_zone'?") !=
        std::string::npos);
  CHECK(errors(with_train("optimizer = \"sign_descent\", dead_zone = 2"))
            .find("dead_zone must be between 0 and 1, not 2") != std::string::npos);
  // A setting of something that was not chosen would be lost without a word.
  const auto lost = errors(with_train("optimizer = \"sgd\", dead_zone = 0.5"));
  CHECK(lost.find("'dead_zone' has no effect in 'head.digit.train'") != std::string::npos);
  CHECK(lost.find("a setting of optimizer 'sign_descent', and this one is 'sgd'") !=
        std::string::npos);
  // Rules over several settings.
  CHECK(errors(with_train("optimizer = \"sgd\", nesterov = true"))
            .find("nesterov needs a momentum above 0") != std::string::npos);
}

TEST_CASE("the editor's schema has them") {
  const auto schema = nlohmann::json::parse(config::editor_schema(fake_catalog()));
  const auto& train = schema.at("definitions").at("train").at("properties");
  const auto& optimizers = train.at("optimizer").at("enum");
  CHECK(std::find(optimizers.begin(), optimizers.end(), "sign_descent") != optimizers.end());
  CHECK(train.at("dead_zone").at("maximum") == 1);
  CHECK(train.at("half_life").at("default") == 2);
}

TEST_CASE("the reference has them") {
  const std::string page = config::reference_page();
  CHECK(page.find("### optimizer `sign_descent`\n\nSteps of one size.") != std::string::npos);
  CHECK(page.find("| `dead_zone` | number | `0.25` | between 0 and 1 | - | Gradients that count as "
                  "none. |") != std::string::npos);
  CHECK(page.find("### schedule `halving`\n\nHalves every few epochs.") != std::string::npos);
  CHECK(page.find("| `half_life` | integer | `2` | at least 1 | - | Epochs to a half. |") !=
        std::string::npos);
}

TEST_CASE("all that is set of them is part of the identity") {
  const auto identity = [](const std::string& inside) {
    return graph::identity_of(load(with_train(inside)).spec.heads[0].train);
  };
  const std::string plain = "optimizer = \"sign_descent\", schedule = \"halving\"";
  CHECK(identity(plain) == identity(plain + ", dead_zone = 0.25, half_life = 2"));
  CHECK(identity(plain) != identity(plain + ", dead_zone = 0.5"));
  CHECK(identity(plain) != identity(plain + ", half_life = 4"));
  CHECK(identity(plain) != identity("optimizer = \"sign_descent\""));
  CHECK(identity(plain) != identity("schedule = \"halving\""));
}

TEST_CASE("a metric is chosen by its name, and seen by the schema and the reference") {
  const auto measured = [](const std::string& names) {
    return edited(train_line, train_line + "\nmetrics = [" + names + "]");
  };
  const auto pipeline = load(measured("\"certainty\""));
  CHECK(pipeline.spec.heads[0].metrics == std::vector<std::string>{"certainty"});
  CHECK(setting(pipeline, "head.digit.metrics") == "[\"certainty\"] # FILE:33:11");
  CHECK(load(pipeline.resolved_toml()).spec.heads[0].metrics == pipeline.spec.heads[0].metrics);
  CHECK(errors(measured("\"certanty\"")).find("did you mean 'certainty'?") != std::string::npos);
  const auto schema = nlohmann::json::parse(config::editor_schema(fake_catalog()));
  CHECK(schema.at("properties").at("head").dump().find("\"certainty\"") != std::string::npos);
  CHECK(config::reference_page().find("certainty: Mean of the largest probability.") !=
        std::string::npos);
}

TEST_CASE(
    "an augmentation is a setting of a data set, in the resolved file, the schema, the reference") {
  const auto pipeline =
      load(with_augment("{ augmentation = \"blot\", size = 5 }, "
                        "{ augmentation = \"blot\" }"));
  CHECK(setting(pipeline, "dataset.digits.augment.0.augmentation") == "\"blot\" # FILE:8:29");
  CHECK(setting(pipeline, "dataset.digits.augment.0.size") == "5 # FILE:8:44");
  CHECK(setting(pipeline, "dataset.digits.augment.1.size") == "3 # default");
  const auto again = load(pipeline.resolved_toml());
  REQUIRE(again.spec.datasets[0].augment.size() == 2);
  CHECK(std::get<std::int64_t>(again.spec.datasets[0].augment[0].settings.at("size")) == 5);
  CHECK(again.resolved_toml() == pipeline.resolved_toml());
  const auto changed =
      load(with_augment("{ augmentation = \"blot\" }"), {"dataset.digits.augment.0.size=7"});
  CHECK(std::get<std::int64_t>(changed.spec.datasets[0].augment[0].settings.at("size")) == 7);
  const auto named =
      load(with_augment("{ augmentation = \"blot\" }"), {"dataset.digits.augment.blot.size=9"});
  CHECK(std::get<std::int64_t>(named.spec.datasets[0].augment[0].settings.at("size")) == 9);
  CHECK(errors(with_augment("{ augmentation = \"blott\" }")).find("did you mean 'blot'?") !=
        std::string::npos);
  CHECK(
      errors(with_augment("{ augmentation = \"blot\", sise = 1 }")).find("did you mean 'size'?") !=
      std::string::npos);
  const auto schema = nlohmann::json::parse(config::editor_schema(fake_catalog()));
  const auto& step = schema.at("definitions").at("augmentation").at("properties");
  CHECK(step.at("size").at("minimum") == 1);
  const auto& table = *schema.at("properties").at("dataset").at("patternProperties").begin();
  CHECK(table.at("oneOf").at(0).at("properties").at("augment").at("items").at("$ref") ==
        "#/definitions/augmentation");
  const std::string page = config::reference_page();
  CHECK(page.find("## `augment = [{ ... }, ...]`, each") != std::string::npos);
  CHECK(page.find("### augmentation `blot`") != std::string::npos);
}

TEST_CASE("a name can be taken only once") {
  auto again = train::optimizer<SignDescent>("sign_descent", sign_schema, "Another.");
  CHECK_THROWS_AS(Registry<train::OptimizerEntry>::all().add(again), Error);
}
