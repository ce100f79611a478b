// SPDX-License-Identifier: MIT
// What the files under pipelines/ promise. That each is valid, trains and is calculated by others alike:
// tests/apply/agree.py.
#include "catch.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "run_command.hpp"
#include "temp_folder.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace fs = std::filesystem;

namespace {

const std::string program = GLIA_BINARY_DIR "/bin/glia";
const fs::path folder = GLIA_SOURCE_DIR "/pipelines";

std::vector<fs::path> files() {
  std::vector<fs::path> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".toml") all.push_back(entry.path());
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// A file's text, behind that of the one that it extends.
std::string whole(const fs::path& file) {
  const std::string text = glia::read_file(file), key = "\nextends = \"";
  const auto base = text.find(key);
  if (base == std::string::npos) return text;
  const auto begin = base + key.size();
  return whole(file.parent_path() / text.substr(begin, text.find('"', begin) - begin)) + text;
}

std::string published(const std::string& name) { return whole(folder / "published" / name); }

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the published encoder comes along, and pipelines that stand on it take it") {
  const fs::path encoder = folder / "encoders/mnist_vae_500.safetensors";
  CHECK(has(glia::read_file(folder / "encoders/README.md"), glia::sha256_of_file(encoder)));
  std::size_t found = 0;
  for (const auto& file : files()) {
    INFO(file.string());
    const std::string text = whole(file), kind = file.parent_path().filename().string();
    if (kind != "published" && kind != "intended" && kind != "best") continue;
    if (!has(text, "plugin = \"mnist\"") || !has(text, "train = { epochs = 500,")) continue;
    CHECK(has(text, "\nweights = \"../encoders/mnist_vae_500.safetensors\""));
    ++found;
  }
  CHECK(found >= 10);  // and those that extend them
}

TEST_CASE("an encoder that comes along is in the run's folder, and one argument trains it anew") {
  const fs::path file = folder / "published/drop.toml";
  const TempFolder place;
  const auto run = [&](const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> command{program,
                                     "run",
                                     file.string(),
                                     "-q",
                                     "-o",
                                     name,
                                     "dataset.digits.plugin=fashion",
                                     "dataset.digits.train_limit=256",
                                     "dataset.digits.test_limit=100",
                                     "encoder.latent.train.epochs=1",
                                     "head.astrocytes.train.epochs=1"};
    command.insert(command.end(), more.begin(), more.end());
    const Outcome outcome =
        run_command(command, {{"XDG_CACHE_HOME", (place / "cache").string()}}, place.path());
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    return nlohmann::json::parse(glia::read_file(place / name / "results.json")).at("stages");
  };
  CHECK_FALSE(run("given", {}).contains("latent/train"));
  fs::rename(place / "given", place / "moved");
  CHECK(run_command({program, "evaluate", (place / "moved").string()}, {}, place.path()).code == 0);
  CHECK(run("anew", {"encoder.latent.weights="}).contains("latent/train"));
  CHECK(glia::sha256_of_file(place / "moved/checkpoints/latent.safetensors") !=
        glia::sha256_of_file(place / "anew/checkpoints/latent.safetensors"));
}

TEST_CASE("both networks of the damage pipeline are damaged, from whole on, many times a level") {
  const std::string text = glia::read_file(folder / "intended/damage.toml");
  for (const std::string id : {"astrocytes", "neurons"}) {
    const auto table = text.find("[head." + id + ".damage]");
    REQUIRE(table != std::string::npos);
    const std::string damage = text.substr(table, text.find("\n\n", table) - table);
    CHECK(has(damage, "weight_noise = [0.0, "));
    CHECK(has(damage, "weight_loss = [0.0, "));
    CHECK(has(damage, "draws = 50"));
  }
}

TEST_CASE("every published experiment has its file, with both kinds of network named") {
  const std::set<std::string> named{"digits_pretrained",
                                    "digits_joint",
                                    "digits_sparse_projection",
                                    "digits_gaussian_projection",
                                    "leak",
                                    "noise",
                                    "drop",
                                    "xor",
                                    "fashion"};
  for (const auto& name : named) {
    const std::string text = published(name + ".toml");
    CHECK(has(text, "[head.astrocytes]"));
    CHECK(has(text, "seeds = 20"));
    const bool disturbed = name == "leak" || name == "noise" || name == "drop";
    CHECK(has(text, disturbed ? "[sweep.axes]" : "[head.neurons]"));
    CHECK(fs::exists(folder / "intended" / (name + ".toml")));
  }
}

TEST_CASE("neurons and glia are asked of any tables whose last column is the class") {
  const TempFolder place;
  const auto table = [&](const std::string& name, int numbers, int classes) {
    std::string text = "a first line that says how much there is\n";
    for (int row = 0; row < 30; ++row) {
      for (int i = 0; i < numbers; ++i)
        text += std::to_string(row % classes + 0.01 * row * i) + ',';
      text += std::to_string(row % classes) + '\n';
    }
    glia::write_file(place / name, text);
  };
  table("iris.csv", 4, 3);
  table("breast_cancer.csv", 30, 2);
  const auto done = run_command(
      {(folder / "time/neuron_glia.sh").string(), "out", "--seeds", "1", "-q",
       "head.names.train.epochs=20"},
      {{"GLIA_PROGRAM", program}, {"TABLES", place.path().string()}, {"GLIA_CACHE_DIR", "off"}},
      place.path().string());
  INFO(done.err);
  REQUIRE(done.code == 0);
  for (const std::string name : {"iris", "breast_cancer"}) {
    const std::string results = glia::read_file(place / ("out/" + name + "/sweep/results.csv"));
    for (const std::string weights : {"none", "incoming", "outgoing"}) {
      CHECK(has(results, ",ok," + weights + ",1"));  // all of the test's samples, easy as they are
    }
    const std::string test = glia::read_file(place / ("out/" + name + "/test.csv"));
    CHECK(std::count(test.begin(), test.end(), '\n') == 10);
  }
}
