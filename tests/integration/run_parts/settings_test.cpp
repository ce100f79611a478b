// SPDX-License-Identifier: MIT
// `glia config` and completion know the settings of samplers and launchers as they know optimizers'.
#include "catch.hpp"
#include "integration/run/support.hpp"

#include <algorithm>

namespace {

const std::string sweep = R"(
[sweep]
sampler = "random"
trials = 3

[sweep.axes]
"head.astrocytes.train.learning_rate" = { log_uniform = [1e-4, 1e-2] }

[sweep.slurm]
partition = "long"
)";

std::map<std::string, json> settings_of(const Workplace& place,
                                        std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"config", "small.toml", "--json"});
  const Outcome outcome = place.glia(more);
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  std::map<std::string, json> all;
  const json told = json::parse(outcome.out);
  for (const auto& setting : told.at("settings")) {
    all[setting.at("path")] = setting;
  }
  return all;
}

bool has_line(const std::string& text, const std::string& line) {
  return ('\n' + text).find('\n' + line + '\n') != std::string::npos;
}

}  // namespace

TEST_CASE("config shows what the chosen sampler and launcher are set to, and where it comes from") {
  const Workplace place(small_pipeline + sweep);
  const auto all = settings_of(place);
  CHECK(all.at("sweep.sampler").at("value") == "random");
  CHECK(all.at("sweep.trials").at("value") == 3);
  CHECK(all.at("sweep.trials").at("origin").get<std::string>().starts_with("small.toml:"));
  CHECK(all.at("sweep.sampling_seed").at("origin") == "default");
  CHECK(all.at("sweep.retries").at("value") == 1);
  CHECK(all.at("sweep.slurm.partition").at("value") == "long");
  CHECK(all.at("sweep.slurm.cpus").at("origin") == "default");
  CHECK_FALSE(all.contains("sweep.candidates"));  // of a sampler that was not chosen
  CHECK(all.at("head.astrocytes.train.optimizer").at("value") == "adam");
  CHECK(settings_of(place, {"sweep.trials=5"}).at("sweep.trials").at("origin") ==
        "argument 'sweep.trials=5'");
  CHECK_FALSE(settings_of(Workplace()).contains("sweep.sampler"));  // no sweep is asked for
}

TEST_CASE("shells complete the settings of a file, of an optimizer, a sampler and a launcher") {
  const Workplace place(small_pipeline + sweep);
  const Outcome keys = place.glia({"config", "small.toml", "--keys"});
  REQUIRE(keys.code == 0);
  for (const char* key : {"head.astrocytes.train.epsilon=", "sweep.sampling_seed=",
                          "sweep.retries=", "sweep.slurm.partition="}) {
    INFO(key);
    CHECK(has_line(keys.out, key));
  }
  CHECK_FALSE(has_line(keys.out, "sweep.candidates="));

  REQUIRE(place.glia({"completion", "bash"}).code == 0);
  place.write("complete.sh", place.glia({"completion", "bash"}).out +
                                 "PATH=" GLIA_BINARY_DIR
                                 "/bin:$PATH\n"
                                 "COMP_WORDS=(glia run small.toml head.astrocytes.train.eps)\n"
                                 "COMP_CWORD=3\n_glia\necho \"${COMPREPLY[*]}\"\n"
                                 "COMP_WORDS=(glia sweep small.toml sweep.slurm.part)\n"
                                 "_glia\necho \"${COMPREPLY[*]}\"\n");
  const Outcome completed = run_command({"bash", "complete.sh"}, {}, place.cwd());
  CHECK(completed.out == "head.astrocytes.train.epsilon=\nsweep.slurm.partition=\n");
}

TEST_CASE("validate judges the sweep as the arguments have it") {
  const Workplace place(small_pipeline + sweep);
  const Outcome drawn = place.glia({"validate", "small.toml"});
  INFO(drawn.err);
  CHECK(drawn.code == 0);
  CHECK(drawn.err.find("learns from") == std::string::npos);
  const Outcome learning =
      place.glia({"validate", "small.toml", "sweep.sampler=tpe",
                  "sweep.objective=astrocytes.validation_loss", "dataset.clothing.validation=0.1"});
  INFO(learning.err);
  CHECK(learning.code == 0);
  CHECK(learning.err.find("warning: all 3 points are drawn at random: 'tpe' learns from") !=
        std::string::npos);
}
