// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

TEST_CASE("a sweep tells what its axes have to do with what was found") {
  std::string pipeline = toy_pipeline;
  const std::string plugin = "plugin = \"toy\"\n";
  pipeline.replace(pipeline.find(plugin), plugin.size(), plugin + "validation = 0.3\n");
  const Workplace place(pipeline);
  const std::string rate = "head.answer.train.learning_rate";
  REQUIRE(place
              .glia({"sweep", "toy.toml", rate + "=1e-6,1e-4,1e-2,1e-1", x_axis + "=0,1e-9,2e-9",
                     "-j", "2", "-q", "-o", "out"})
              .code == 0);
  const auto told = place.glia(
      {"best", "out", "--importances", "--json", "--objective", "answer.validation_loss"});
  INFO(told.err);
  REQUIRE(told.code == 0);
  const json all = json::parse(told.out);
  CHECK(all.at("objective") == "answer.validation_loss");
  CHECK(all.at("points") == 12);
  REQUIRE(all.at("axes").size() == 2);
  CHECK(all.at("axes").at(0).at("path") == rate);  // the most important first
  CHECK(all.at("axes").at(0).at("share").get<double>() > 0.5);
  const auto text = place.glia({"best", "out", "--importances"});
  CHECK(text.out.find(" %  " + rate) != std::string::npos);

  const json stored = json::parse(place.read("out/results.json")).at("importances");
  CHECK(stored.at("objective") == "answer.validation_accuracy");
  CHECK(stored.at("axes").size() == 2);

  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-q", "-o", "few"}).code == 0);
  const auto few = place.glia({"best", "few", "--importances"});
  CHECK(few.code == 2);
  CHECK(few.err.find("importances need 8 points that went well, and there are 2") !=
        std::string::npos);
  CHECK_FALSE(json::parse(place.read("few/results.json")).contains("importances"));
}
