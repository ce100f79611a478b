// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "report/summary.hpp"
#include "results/files.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <cmath>

using namespace glia::report;
namespace results = glia::results;

namespace {

results::Results sample() {
  results::Results results;
  results.pipeline = "quick, \"start\"";
  results.seed = 18446744073709551615u;
  results::HeadResult& astrocytes = results.heads["astrocytes"];
  astrocytes.test_accuracy = 0.9641;
  astrocytes.test_loss = 0.1;
  astrocytes.parameters = 110;
  astrocytes.chance = 0.1;
  astrocytes.curve = {{1, 2.25, 0.5, 2, 0.25}, {2, 1e-7, 0.9641, 0.1, 0.5}};
  results::HeadResult& frozen = results.heads["frozen"];
  frozen.test_accuracy = 0.098;
  frozen.test_loss = INFINITY;
  frozen.collapsed = true;
  results.encoders["latent"].train_loss = {{1, 150.5}, {2, 120}};
  results.stages["latent"] = {1.5, true};
  return results;
}

/// The same as it is written.
const char* const sample_json = R"json({
  "status": "ok",
  "pipeline": "quick, \"start\"",
  "seed": 18446744073709551615,
  "heads": {
    "astrocytes": {
      "test_accuracy": 0.9641,
      "test_loss": 0.1,
      "collapsed": false,
      "parameters": 110,
      "chance": 0.1,
      "curve": [
        {
          "epoch": 1,
          "train_loss": 2.25,
          "test_accuracy": 0.5,
          "test_loss": 2.0
        },
        {
          "epoch": 2,
          "train_loss": 1e-07,
          "test_accuracy": 0.9641,
          "test_loss": 0.1
        }
      ]
    },
    "frozen": {
      "test_accuracy": 0.098,
      "test_loss": null,
      "collapsed": true,
      "parameters": 0,
      "chance": null,
      "curve": []
    }
  },
  "encoders": {
    "latent": {
      "train_loss": [
        {
          "epoch": 1,
          "loss": 150.5
        },
        {
          "epoch": 2,
          "loss": 120.0
        }
      ]
    }
  },
  "stages": {
    "latent": {
      "seconds": 1.5,
      "reused": true
    }
  },
  "epoch_seconds": {
    "astrocytes": [
      0.25,
      0.5
    ],
    "frozen": []
  },
  "sha256": "831e6f2a5b0d1d6e486fb071d3c07c5d0c3b682430b05177055fc4fb00cf735d"
}
)json";

std::string complaint(const std::string& text) {
  try {
    results::from_json(text);
  } catch (const glia::Error& e) {
    CHECK(e.code() == glia::ErrorCode::data);
    return e.message();
  }
  return "nothing";
}

/// sample() as JSON with the value at `pointer` replaced.
std::string changed(const std::string& pointer, const nlohmann::json& value) {
  auto json = nlohmann::json::parse(results::to_json(sample()));
  json.erase("sha256");
  json[nlohmann::json::json_pointer(pointer)] = value;
  return json.dump();
}

}  // namespace

TEST_CASE("results.json is exactly this") { CHECK(results::to_json(sample()) == sample_json); }

TEST_CASE("results that were changed since they were written are named, and older ones are read") {
  const std::string text = results::to_json(sample());
  CHECK(results::to_json(results::from_json(nlohmann::ordered_json::parse(text).dump())) == text);
  auto edited = text;
  edited.replace(edited.find("0.9641"), 6, "0.9941");
  CHECK(complaint(edited) == "was changed since glia wrote it, or is damaged");
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int bit : {0, 1, 6}) {
      std::string damaged = text;
      damaged[i] = static_cast<char>(damaged[i] ^ 1 << bit);
      try {
        const auto read = results::to_json(results::from_json(damaged));
        // A blank became another blank, or the word "sha256" another, as if it were an older file.
        CHECK(read == text);
      } catch (const glia::Error& e) {
        CHECK(e.code() == glia::ErrorCode::data);
      }
    }
  }
  auto older = nlohmann::ordered_json::parse(text);
  older.erase("sha256");
  CHECK(results::to_json(results::from_json(older.dump())) == text);
  // A seal of another kind is no seal: whoever wrote it is not us.
  older["sha256"] = 3;
  CHECK_NOTHROW(results::from_json(older.dump()));
}

TEST_CASE("results with more members than any run has are refused in no time") {
  std::string text = "{\"sha256\":\"\"";
  for (int i = 0; i < 200'000; ++i) text += ",\"" + std::to_string(i) + "\":1";
  CHECK(complaint(text + '}').find("more than 10000 members") != std::string::npos);
}

TEST_CASE("heads are equal to the byte whatever the clock said") {
  results::Results slow = sample();
  for (auto& point : slow.heads["astrocytes"].curve) point.seconds *= 3;
  slow.stages["latent"].seconds = 99;
  const auto heads = [](const results::Results& results) {
    return nlohmann::ordered_json::parse(results::to_json(results))["heads"].dump();
  };
  CHECK(results::to_json(slow) != results::to_json(sample()));
  CHECK(heads(slow) == heads(sample()));
}

TEST_CASE("results read back give the same text") {
  results::Results failed = sample();
  failed.status = "failed";
  failed.error = "no space left\xFF";
  for (const auto& results : {sample(), failed, results::Results{}}) {
    const auto text = results::to_json(results);
    CHECK(results::to_json(results::from_json(text)) == text);
  }
  const results::Results back = results::from_json(results::to_json(sample()));
  CHECK(back.heads.at("astrocytes").curve[1].seconds == 0.5);
  CHECK(std::isnan(back.heads.at("frozen").test_loss));
  CHECK(back.stages.at("latent").reused);
}

TEST_CASE("results that cannot be right are refused with their place") {
  CHECK(complaint("{").starts_with("not valid JSON: "));
  CHECK(complaint("[]") == "the top level should be an object, but is []");
  CHECK(complaint("{}") == "the top level has no \"status\"");
  CHECK(complaint(changed("/status", "great")) ==
        "status should be \"ok\", \"failed\" or \"interrupted\", but is \"great\"");
  CHECK(complaint(changed("/seed", -1)) == "seed should be a whole number from 0, but is -1");
  CHECK(complaint(changed("/heads", 3)) == "heads should be an object, but is 3");
  CHECK(complaint(changed("/heads/frozen", {{"a", 1}})) == "heads.frozen has no \"test_accuracy\"");
  CHECK(complaint(changed("/heads/astrocytes/curve/1/epoch", "two")) ==
        "heads.astrocytes.curve[1].epoch should be a whole number from 0, but is \"two\"");
  CHECK(complaint(changed("/heads/astrocytes/test_loss", "low")) ==
        "heads.astrocytes.test_loss should be a number or null, but is \"low\"");
  CHECK(complaint(changed("/heads/frozen/collapsed", 1)) ==
        "heads.frozen.collapsed should be true or false, but is 1");
  CHECK(complaint(changed("/encoders/latent/train_loss", std::string(60, 'x'))) ==
        "encoders.latent.train_loss should be a list, but is \"" + std::string(36, 'x') + "...");
  CHECK(complaint(changed("/epoch_seconds/frozen", {1, 2})) ==
        "epoch_seconds.frozen should be as long as the head's curve, but is [1,2]");
  CHECK(complaint(changed("/epoch_seconds/other", {1})) ==
        "epoch_seconds.other should be the times of a head, and there is none so named, but is "
        "[1]");
}

TEST_CASE("results.csv is exactly this") {
  CHECK(
      results::to_csv(sample()) ==
      "pipeline,seed,head,status,test_accuracy,test_loss,validation_accuracy,validation_loss,"
      "collapsed,parameters,epochs,seconds\n"
      "\"quick, \"\"start\"\"\",18446744073709551615,astrocytes,ok,0.9641,0.1,,,false,110,2,0.750\n"
      "\"quick, \"\"start\"\"\",18446744073709551615,frozen,ok,0.098,,,,true,0,0,0.000\n");
  CHECK(results::to_csv({}) ==
        "pipeline,seed,head,status,test_accuracy,test_loss,validation_accuracy,validation_loss,"
        "collapsed,parameters,epochs,seconds\n");
}

TEST_CASE("the summary is exactly this") {
  results::Results results = sample();
  results.heads["zw\xC3\xB6lf"].parameters = 123456789012;
  CHECK(summary(results) ==
        "head        test accuracy    loss  epochs    parameters\n"
        "astrocytes         96.4 %  0.1000       2           110\n"
        "frozen              9.8 %     n/a       0             0"
        "  collapsed: always answers one class\n"
        "zw\xC3\xB6lf                 n/a     n/a       0  123456789012\n");
  CHECK(summary({}).empty());
}

TEST_CASE("a head's own metrics name its keys, and come back from the file") {
  results::Results all = sample();
  results::HeadResult& graded = all.heads["graded"];
  graded.own_metrics = {{"distance", false, "classes"}, {"near", true, "share"}};
  graded.test_accuracy = 1.25;
  graded.test_loss = 2;
  graded.validation_accuracy = 1.5;
  graded.validation_loss = 3;
  graded.curve = {{.epoch = 1, .train_loss = 4, .test_accuracy = 1.25, .test_loss = 2}};
  graded.metrics["test"]["near"] = 0.75;
  const std::string text = results::to_json(all);
  const auto json = nlohmann::json::parse(text).at("heads").at("graded");
  CHECK(json.at("test_distance") == 1.25);
  CHECK(json.at("validation_distance") == 1.5);
  CHECK(json.at("curve")[0].at("test_distance") == 1.25);
  CHECK(json.at("test_near") == 0.75);
  CHECK_FALSE(json.contains("test_accuracy"));

  const auto back = results::from_json(text);
  const auto& head = back.heads.at("graded");
  REQUIRE(head.own_metrics.size() == 2);
  CHECK(head.objective().name == "distance");
  CHECK_FALSE(head.objective().higher_is_better);
  CHECK(head.objective().unit == "classes");
  CHECK(head.test_accuracy == 1.25);
  CHECK(head.validation_accuracy == 1.5);
  CHECK(head.curve.at(0).test_accuracy == 1.25);
  CHECK(head.metrics.at("test") == std::map<std::string, double>{{"near", 0.75}});
  CHECK(results::to_json(back) == text);

  const std::string csv = results::to_csv(all);
  CHECK(
      csv.starts_with("pipeline,seed,head,status,test_accuracy,test_distance,test_loss,"
                      "validation_accuracy,validation_distance,validation_loss,collapsed,"));
  CHECK(csv.find("graded,ok,,1.25,2,,1.5,3,false") != std::string::npos);
  CHECK(csv.find("astrocytes,ok,0.9641,,0.1,") != std::string::npos);
  const std::string table = summary(all);
  CHECK(table.find("test objective") != std::string::npos);
  CHECK(table.find("distance 1.2500 classes") != std::string::npos);
  CHECK(table.find("accuracy 96.4 %") != std::string::npos);
}
