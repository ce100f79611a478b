// SPDX-License-Identifier: MIT
// Runs that go wrong half-way say what, where and why, and keep what was good.
#include "catch.hpp"
#include "support.hpp"

namespace {

const std::string tensor_reader = GLIA_SOURCE_DIR "/tests/unit/train/read_safetensors.py";

/// `glia run` with files limited to so many blocks of 512 bytes.
Outcome with_file_limit(const Workplace& place, int blocks, const std::string& arguments) {
  return run_command(
      {"sh", "-c", "ulimit -f " + std::to_string(blocks) + "; exec '" + program + "' " + arguments},
      {}, place.cwd());
}

}  // namespace

TEST_CASE("a loss that is not finite ends the run and says where") {
  const Workplace place;
  const Outcome failed = place.glia(
      {"run", "small.toml", "-q", "-o", "run", "encoder.latent.train.learning_rate=1e30"});
  CHECK(failed.code == 1);
  CHECK(failed.out.empty());
  CHECK(failed.err.find("glia: error: the loss became NaN") == 0);
  CHECK(failed.err.find("in epoch 1, batch 1") != std::string::npos);
  CHECK(failed.err.find("node 'latent'") != std::string::npos);
  CHECK(failed.err.find("hint: lower train.learning_rate") != std::string::npos);
  const json results = place.results("run");
  CHECK(results.at("status") == "failed");
  CHECK(results.at("error").get<std::string>().find("the loss became NaN") == 0);
  CHECK(place.read("run/results.csv").find("small,3,astrocytes,failed,") != std::string::npos);
  CHECK(place.read("run/log.txt").find("failed: the loss became NaN") != std::string::npos);
}

TEST_CASE("a head that fails stops the other one, whose checkpoint is kept") {
  const Workplace place;
  // Hours of one head, unless the failure of the other ends them.
  for (const auto& [fails, stops] :
       {std::pair("neurons", "astrocytes"), std::pair("astrocytes", "neurons")}) {
    INFO(fails << " fails");
    const std::string run = std::string("run-") + fails, head = "head.";
    const Outcome failed = place.glia({"run", "small.toml", "-q", "--threads", "2", "-o", run,
                                       head + fails + ".train.learning_rate=1e38",
                                       head + stops + ".train.epochs=10000000"});
    INFO(failed.err);
    CHECK(failed.code == 1);
    CHECK(failed.err.find("glia: error: the loss became ") == 0);
    CHECK(failed.err.find(std::string("stage '") + fails + "/train'") != std::string::npos);
    CHECK(place.results(run).at("status") == "failed");
  }
}

TEST_CASE("a failure keeps the last good checkpoint and what was found up to it") {
  const Workplace place;
  // One batch makes an epoch: the first one is computed before the weights become absurd.
  const Outcome failed =
      place.glia({"run", "small.toml", "-q", "-o", "run", "encoder.latent.train.batch_size=600",
                  "encoder.latent.train.learning_rate=1e30"});
  CHECK(failed.code == 1);
  CHECK(failed.err.find("in epoch 2, batch 0") != std::string::npos);
  CHECK(place.results("run").at("status") == "failed");
  CHECK(place.results("run").at("encoders").at("latent").at("train_loss").size() == 1);
  CHECK(place.names_in("run/checkpoints") == "latent.safetensors");
  const Outcome read = run_command(
      {"python3", tensor_reader, (place / "run/checkpoints/latent.safetensors").string()});
  INFO(read.err);
  CHECK(read.code == 0);
  CHECK(read.out.find("\"epoch\":1,") != std::string::npos);
}

TEST_CASE("a head that gives one answer to everything is reported as collapsed") {
  // Untrained, for all that its learning rate can do: the row's last bias decides.
  const Workplace place;
  const std::vector<std::string> run{"run",
                                     "small.toml",
                                     "dataset.clothing.test_limit=50",
                                     "head.astrocytes.train.learning_rate=1e-30",
                                     "-o",
                                     "run"};
  const Outcome outcome = place.glia(run);
  INFO(outcome.out << outcome.err);
  CHECK(outcome.code == 0);
  CHECK(outcome.out.find("  collapsed: always answers one class\n") != std::string::npos);
  const json heads = place.results("run").at("heads");
  CHECK(heads.at("astrocytes").at("collapsed") == true);
}

TEST_CASE("a full disk is an error that names the file and the reason") {
  const Workplace place;
  REQUIRE(place.glia({"plugin", "list"}).code == 0);  // what it knows of plugins is on the disk now

  // Not even the first files fit: nothing is left behind.
  Outcome failed = with_file_limit(place, 1, "run small.toml -o new/run");
  CHECK(failed.code == 1);
  CHECK(failed.err ==
        "glia: error: cannot write new/run/pipeline.toml: File too large\n"
        "  hint: the limit for the size of a file is reached: raise it with ulimit -f, "
        "then go on, or start again where nothing is left\n");
  CHECK(place.names_in(".") == "small.toml");

  // The first checkpoint does not fit: nothing was learnt, so nothing is left either.
  failed = with_file_limit(place, 64, "run small.toml -q -o run");
  CHECK(failed.code == 1);
  CHECK(failed.err.find("glia: error: cannot write run/checkpoints/latent.safetensors: "
                        "File too large") == 0);
  CHECK(place.names_in(".") == "small.toml");

  // Those of the heads do not. That the results cannot be written either does not hide why.
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "run"}).code == 0);
  fs::remove(place / "run/checkpoints/astrocytes.safetensors");
  fs::remove(place / "run/checkpoints/neurons.safetensors");
  fs::remove(place / "run/results.json");
  fs::create_directory(place / "run/results.json");
  failed = with_file_limit(place, 8, "run small.toml -q -o run --resume");
  CHECK(failed.code == 1);
  CHECK(failed.err.find("glia: warning: no results: cannot write ") == 0);
  CHECK(failed.err.find("\nglia: error: cannot write run/checkpoints/") != std::string::npos);
  CHECK(failed.err.find("File too large") != std::string::npos);
  CHECK(place.names_in("run/checkpoints") == "latent.safetensors");
  fs::remove(place / "run/results.json");

  // With room again, the same run goes on.
  CHECK(place.glia({"run", "small.toml", "-q", "-o", "run", "--resume"}).code == 0);
  CHECK(place.results("run").at("status") == "ok");
}

TEST_CASE("a finished run that cannot be gone on with keeps what it has measured") {
  const Workplace place;
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "run"}).code == 0);
  const std::string json_before = place.read("run/results.json"),
                    csv_before = place.read("run/results.csv");
  std::string head = place.read("run/checkpoints/astrocytes.safetensors");
  head.back() = static_cast<char>(head.back() ^ 1);
  place.write("run/checkpoints/astrocytes.safetensors", head);
  const Outcome failed = place.glia({"resume", "run", "-q"});
  CHECK(failed.code == 1);
  CHECK_THAT(failed.err, Catch::Matchers::Contains("damaged"));
  CHECK(place.read("run/results.json") == json_before);
  CHECK(place.read("run/results.csv") == csv_before);
}
