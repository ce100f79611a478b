// SPDX-License-Identifier: MIT
// Heads whose networks run by another backend, or on another device.
#include "catch.hpp"
#include "integration/run/support.hpp"

#include <cmath>
#include <sstream>

namespace {

/// With all that a program can hold, and a general layer beside it.
const std::string rich =
    with(small_pipeline, "{ activation = \"elu\" }]",
         "{ activation = \"hill\", trained = \"cell\" }, { wave = \"drop\", p = 0.1 }]");

/// Whether a run on a GPU gets past the check of the device.
bool machine_has_cuda() {
  static const bool has = [] {
    const Workplace place;
    return place.glia({"run", "small.toml", "head.astrocytes.train.device=cuda", "-q"}).code != 2;
  }();
  if (has) WARN("on a GPU as well");  // said, since most machines have none
  return has;
}

json heads_of(const Workplace& place, const std::string& name, std::vector<std::string> settings) {
  settings.insert(settings.begin(), {"run", "small.toml", "-q", "-o", name});
  const Outcome outcome = place.glia(settings);
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  return place.results(name).at("heads");
}

void check_agree(const json& a, const json& b, double tolerance = 1e-4) {
  REQUIRE(a.at("curve").size() == b.at("curve").size());
  for (std::size_t e = 0; e < a.at("curve").size(); ++e) {
    for (const char* loss : {"train_loss", "test_loss"}) {
      const double x = a.at("curve")[e].at(loss), y = b.at("curve")[e].at(loss);
      INFO(loss << ' ' << x << ' ' << y);
      CHECK(std::abs(x - y) < tolerance * std::abs(x));
    }
  }
  CHECK(a.at("parameters") == b.at("parameters"));
  CHECK(a.at("test_loss") != b.at("test_loss"));  // another code has run: other last bits
}

const std::string on = "head.astrocytes.train.";

}  // namespace

TEST_CASE("the torch backend trains a head to the numbers of the engine, as far as digits go") {
  const Workplace place(rich);
  const json engine = heads_of(place, "engine", {});
  const json torch =
      heads_of(place, "torch", {on + "backend=torch", "head.neurons.train.backend=torch"});
  check_agree(engine.at("astrocytes"), torch.at("astrocytes"));
  CHECK(heads_of(place, "again", {on + "backend=torch", "--threads", "3"}).at("astrocytes") ==
        torch.at("astrocytes"));
  CHECK(heads_of(place, "auto", {on + "backend=vector"}) == engine);
  if (!machine_has_cuda()) return;
  const json there = heads_of(place, "there", {on + "device=cuda"});
  check_agree(engine.at("astrocytes"), there.at("astrocytes"));
}

TEST_CASE("a head that is trained by the torch backend goes on where it was stopped") {
  const Workplace place(rich);
  std::vector<std::string> settings{"backend=torch"};
  if (machine_has_cuda()) settings.emplace_back("device=cuda");
  for (const std::string& setting : settings) {
    const json whole = heads_of(place, setting, {on + setting});
    const Outcome resumed =
        place.glia({"run", "small.toml", on + setting, "-o", setting, "--resume"});
    INFO(resumed.err);
    REQUIRE(resumed.code == 0);
    CHECK(place.results(setting).at("heads") == whole);
    fs::remove_all(place / setting);
    CHECK(heads_of(place, setting, {on + setting}) == whole);  // the same bits, from the start too
  }
}

TEST_CASE("LibTorch trains an encoder to the numbers of the encoder's own code") {
  const Workplace place;
  const auto losses = [&](const std::string& name, const std::vector<std::string>& settings) {
    heads_of(place, name, settings);
    std::vector<double> found;
    const json results = place.results(name);
    for (const auto& point : results.at("encoders").at("latent").at("train_loss")) {
      found.push_back(point.at("loss").get<double>());
    }
    REQUIRE_FALSE(found.empty());
    return found;
  };
  const std::string own = "encoder.latent.train.";
  const auto agree = [](const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::abs(a[i] - b[i]) < 1e-3 * std::abs(a[i]));
    CHECK(a != b);  // another code has run: other last bits
  };
  const auto fused = losses("fused", {});
  const auto torch = losses("torch", {own + "backend=torch"});
  agree(fused, torch);
  CHECK(losses("again", {own + "backend=torch", "--threads", "3"}) == torch);
  if (!machine_has_cuda()) return;
  const auto there = losses("there", {own + "device=cuda"});
  agree(fused, there);
  CHECK(losses("there again", {own + "device=cuda"}) == there);
}

TEST_CASE("trials of a sweep are trained on a GPU where there is one") {
  const Workplace place;
  const std::string device = machine_has_cuda() ? "cuda" : "cpu";
  const auto sweep = [&](const std::string& workers, const std::string& name) {
    const Outcome outcome =
        place.glia({"sweep", "small.toml", on + "backend=torch", on + "device=" + device, "--seeds",
                    "2", "-j", workers, "-o", name});
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    std::istringstream lines(place.read(name + "/results.csv"));
    std::string all;
    for (std::string line; std::getline(lines, line);) {
      all += line.substr(0, line.rfind(',')) + '\n';  // the last column is the time that it took
    }
    return all;
  };
  CHECK(sweep("1", "alone") == sweep("2", "two"));
}

TEST_CASE("a device that is not there is told at its place, with what to do") {
  if (machine_has_cuda()) return;
  const std::string text = with(small_pipeline, "learning_rate = 4e-3, batch_size = 64 }",
                                "learning_rate = 4e-3, device = \"cuda\" }");
  const Workplace place(text);
  const Outcome run = place.glia({"run", "small.toml", "-o", "run"});
  CHECK(run.code == 2);
  CHECK(run.err.find("small.toml:29:54: error: device \"cuda\": this machine has none") !=
        std::string::npos);
  CHECK(run.err.find("leave out 'device'") != std::string::npos);
  CHECK_FALSE(fs::exists(place / "run"));
  CHECK(place.glia({"validate", "small.toml"}).code == 0);  // of another machine it may be right
  const Outcome sweep = place.glia({"sweep", "small.toml", "--seeds", "2", "-o", "sweep"});
  CHECK(sweep.code == 2);
  CHECK(sweep.err.find("small.toml:29:54: error: device \"cuda\"") != std::string::npos);
  CHECK_FALSE(fs::exists(place / "sweep"));  // said before the first trial
}

TEST_CASE("devices and backends that no machine can use are refused while a file is checked") {
  const Workplace place;
  const auto says = [&](std::vector<std::string> settings) {
    settings.insert(settings.begin(), {"validate", "small.toml"});
    const Outcome outcome = place.glia(settings);
    CHECK(outcome.code == 2);
    return outcome.err;
  };
  CHECK(says({on + "device=cuba"}).find("LibTorch knows no such device") != std::string::npos);
  CHECK(says({on + "backend=vectr"}).find("did you mean 'vector'?") != std::string::npos);
  CHECK(says({on + "device=cuda", on + "backend=vector"})
            .find("the backend 'vector' runs on the processor, not on \"cuda\"") !=
        std::string::npos);
  CHECK(says({"encoder.latent.train.device=cuda", "encoder.latent.train.backend=vector"})
            .find("the backend 'vector' runs on the processor") != std::string::npos);
}
