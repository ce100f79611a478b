// SPDX-License-Identifier: MIT
// A head that declares metrics of its own: results, tables and sweeps go by them.
#include "catch.hpp"
#include "integration/run/support.hpp"

#include <cmath>

namespace {

const std::string plugins = GLIA_BINARY_DIR "/tests/run_parts";

/// One head of each kind on one network.
const std::string both = with(small_pipeline, "[head.astrocytes]\nplugin = \"classifier\"",
                              "[head.astrocytes]\nplugin = \"graded\"");

Outcome run_glia(const Workplace& place, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--plugin-path", plugins});
  return place.glia(arguments);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TEST_CASE("a head's own metrics are what its results are called by") {
  const Workplace place(both);
  const Outcome outcome =
      run_glia(place, {"run", "small.toml", "dataset.clothing.validation=0.1", "-q", "-o", "run"});
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const json results = place.results("run");
  const json& graded = results.at("heads").at("astrocytes");
  const double distance = graded.at("test_distance").get<double>();
  CHECK(distance >= 0);
  CHECK(distance < 9);
  CHECK(graded.at("curve").back().at("test_distance") == distance);
  CHECK(graded.at("curve").back().at("validation_distance") == graded.at("validation_distance"));
  CHECK(graded.at("test_near").get<double>() <= 1);
  CHECK(graded.contains("validation_near"));
  CHECK(graded.contains("test_balanced_accuracy"));  // the program's own go on
  CHECK_FALSE(graded.contains("test_accuracy"));
  CHECK(graded.at("chance").is_null());  // of guessing an accuracy
  CHECK(graded.at("metrics") ==
        json::parse(R"([{"name": "distance", "higher_is_better": false, "unit": "classes"},
                        {"name": "near", "higher_is_better": true, "unit": "share"}])"));
  // The distances are whole numbers of 200 samples, and bound the share of near ones.
  CHECK(std::abs(distance * 200 - std::round(distance * 200)) < 1e-6);
  CHECK(graded.at("test_near").get<double>() >= 1 - distance / 2);

  const json& usual = results.at("heads").at("neurons");
  CHECK(usual.contains("test_accuracy"));
  CHECK_FALSE(usual.contains("metrics"));
  CHECK(first_line(place.read("run/results.csv")) ==
        "pipeline,seed,head,status,test_distance,test_accuracy,test_loss,validation_distance,"
        "validation_accuracy,validation_loss,collapsed,parameters,epochs,seconds");
  CHECK(outcome.out.find("test objective") != std::string::npos);
  CHECK(outcome.out.find("distance ") != std::string::npos);
  const Outcome again = run_glia(place, {"evaluate", "run", "--json"});
  INFO(again.err);
  REQUIRE(again.code == 0);
  const json evaluated = json::parse(again.out);
  CHECK(evaluated.at("heads").at("astrocytes").at("test_distance") == distance);
  CHECK_FALSE(evaluated.at("heads").at("astrocytes").contains("test_accuracy"));
  CHECK(evaluated.at("heads").at("neurons").at("test_accuracy") == usual.at("test_accuracy"));
  const Outcome listed = place.glia({"ls", ".", "--json"});
  INFO(listed.err);
  REQUIRE(listed.code == 0);
  const json runs = json::parse(listed.out);
  CHECK(runs.at(0).at("heads").at("astrocytes").at("validation_distance") ==
        graded.at("validation_distance"));
  const Outcome report = place.glia({"report", "run"});
  INFO(report.err);
  CHECK(report.code == 0);
}

TEST_CASE("one kind of head on its own names the column, and a sweep the columns of its table") {
  const Workplace place(
      with(both, "[head.neurons]\nplugin = \"classifier\"", "[head.neurons]\nplugin = \"graded\""));
  const Outcome run = run_glia(place, {"run", "small.toml", "-o", "run"});
  REQUIRE(run.code == 0);
  CHECK(run.out.find("test distance") != std::string::npos);
  CHECK(run.out.find(" classes") != std::string::npos);
  CHECK(run.err.find("test distance ") != std::string::npos);
  const Outcome sweep = run_glia(
      place, {"sweep", "small.toml", "seeds=1", "head.astrocytes.train.learning_rate=0.001,0.004",
              "dataset.clothing.validation=0.1", "-o", "many"});
  INFO(sweep.err);
  REQUIRE(sweep.code == 0);
  const std::string columns = first_line(place.read("many/results.csv"));
  CHECK(columns.find("astrocytes.test_distance,astrocytes.test_loss,") != std::string::npos);
  CHECK(columns.find("astrocytes.validation_distance") != std::string::npos);
  CHECK(columns.find("astrocytes.test_near") != std::string::npos);
  CHECK(columns.find("accuracy,") == columns.find("balanced_accuracy,") + 9);
  CHECK(sweep.err.find("best validation distance ") != std::string::npos);
  CHECK(sweep.err.find("): learning_rate=0.00") != std::string::npos);  // the setting in few words
  CHECK(sweep.out.find("\nbest: astrocytes.validation_distance ") != std::string::npos);
  CHECK(sweep.out.find("next:    glia best many --objective astrocytes, glia "
                       "report many, glia serve .\n") != std::string::npos);
  CHECK(run_glia(place, {"best", "many", "--objective", "astrocytes"})
            .out.find("by the median of astrocytes.validation_distance") == 0);
  CHECK(run.out.find("next:    glia report run, glia serve .\n") != std::string::npos);
}
