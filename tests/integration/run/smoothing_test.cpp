// SPDX-License-Identifier: MIT
// A classifier whose loss the engine does not know: class weights and label smoothing.
#include "catch.hpp"
#include "support.hpp"

#include <string>
#include <vector>

TEST_CASE("class weights and label smoothing train, are measured again and exported") {
  const Workplace place;
  const std::string head = "head.neurons.", only = "head.neurons.train.epochs=1";
  REQUIRE(place.glia({"run", "small.toml", only, "-q", "-o", "plain"}).code == 0);
  std::string weights = "1";
  for (int i = 1; i < 10; ++i) weights += ", " + std::to_string(1 + i % 2);
  const Outcome outcome = place.glia({"run", "small.toml", only, head + "label_smoothing=0.2",
                                      head + "class_weights=[" + weights + "]", "-q", "-o", "run"});
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const json plain = place.results("plain").at("heads"), own = place.results("run").at("heads");
  CHECK(own.at("astrocytes") == plain.at("astrocytes"));
  CHECK(own.at("neurons").at("test_loss") != plain.at("neurons").at("test_loss"));

  const Outcome again = place.glia({"evaluate", "run", "--json"});
  REQUIRE(again.code == 0);
  const json measured = json::parse(again.out).at("heads").at("neurons");
  for (const std::string key : {"test_accuracy", "test_loss"}) {
    CHECK(measured.at(key) == own.at("neurons").at(key));
  }
  const Outcome exported = place.glia({"export", "run", "--head", "neurons", "-o", "neurons.onnx"});
  INFO(exported.err);
  CHECK(exported.code == 0);

  const Outcome few = place.glia({"validate", "small.toml", head + "class_weights=[1, 2]"});
  CHECK(few.code == 2);
  CHECK(few.err.find("class_weights has 2 numbers, but the data set has 10 classes") !=
        std::string::npos);
}
