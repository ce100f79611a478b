// SPDX-License-Identifier: MIT
// Every file under pipelines/ is valid, and trains: a few steps, on Fashion-MNIST where the file
// asks for digits, which are not everywhere.
#include "catch.hpp"
#include "core/files.hpp"
#include "core/hash.hpp"
#include "run_command.hpp"
#include "temp_folder.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>
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

/// Names of the tables [KIND.NAME].
std::vector<std::string> nodes(const std::string& text, const std::string& kind) {
  std::vector<std::string> names;
  const std::regex table("(^|\n)\\[" + kind + "\\.([A-Za-z0-9_-]+)\\]");
  for (std::sregex_iterator it(text.begin(), text.end(), table), end; it != end; ++it) {
    const std::string name = (*it)[2];
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

/// A file's text behind that of the one that it extends.
std::string whole_text(const fs::path& file) {
  const std::string text = glia::read_file(file);
  std::smatch base;
  if (!std::regex_search(text, base, std::regex("(^|\n)extends = \"([^\"]+)\""))) return text;
  return whole_text(file.parent_path() / base[2].str()) + text;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What makes a pipeline small enough to be trained here.
std::vector<std::string> small(const std::string& text) {
  std::vector<std::string> changes;
  const auto change = [&](const std::string& node, const std::string& setting) {
    changes.push_back(node + '.' + setting);
  };
  for (const auto& id : nodes(text, "dataset")) {
    if (has(text, "plugin = \"xor\"")) {
      change("dataset." + id, "copies=5");
      continue;
    }
    change("dataset." + id, "plugin=fashion");
    change("dataset." + id, "path=/usr/share/datasets/fashion-mnist");
    change("dataset." + id, "train_limit=256");
    change("dataset." + id, "test_limit=100");
    if (has(text, "validation = ")) change("dataset." + id, "validation=0.1");
  }
  for (const auto& id : nodes(text, "encoder")) {
    if (has(text, "plugin = \"vae\"")) change("encoder." + id, "train.epochs=1");
  }
  std::string together;  // heads that trainings name: these have no settings of their own
  for (const auto& id : nodes(text, "training")) {
    change("training." + id, "train.epochs=1");
    const auto list = text.find("heads = [", text.find("[training." + id + "]"));
    together += text.substr(list, text.find(']', list) - list);
  }
  for (const auto& id : nodes(text, "head")) {
    if (!has(together, '"' + id + '"')) change("head." + id, "train.epochs=1");
    if (has(text, "[head." + id + ".damage]")) change("head." + id, "damage.draws=1");
  }
  for (const auto& id : nodes(text, "policy")) change("policy." + id, "train.generations=2");
  return changes;
}

}  // namespace

TEST_CASE("every pipeline file is valid and trains") {
  for (const auto& file : files()) {
    INFO(file.string());
    const std::string text = whole_text(file);
    const Outcome valid = run_command({program, "validate", file.string()});
    INFO(valid.err);
    CHECK(valid.code == 0);

    const TempFolder place;
    std::vector<std::string> command{program, "run", file.string(),
                                     "-q",    "-o",  (place / "run").string()};
    const auto changes = small(text);
    command.insert(command.end(), changes.begin(), changes.end());
    const Outcome outcome =
        run_command(command, {{"XDG_CACHE_HOME", (place / "cache").string()}}, place.path());
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    const auto results = nlohmann::json::parse(glia::read_file(place / "run/results.json"));
    const auto heads = nodes(text, "head");
    const auto policies = nodes(text, "policy");
    CHECK(results.at("heads").size() == heads.size() + policies.size());
    for (const auto& id : policies) CHECK(results.at("heads").at(id).contains("test_return"));
    for (const auto& id : heads) {
      CHECK(results.at("heads").at(id).at("curve").at(0).at("train_loss").get<double>() >= 0);
    }
  }
}

TEST_CASE("the published encoder comes along, and pipelines that stand on it take it") {
  const fs::path encoder = folder / "encoders/mnist_vae_500.safetensors";
  CHECK(has(glia::read_file(folder / "encoders/README.md"), glia::sha256_of_file(encoder)));
  std::size_t found = 0;
  for (const auto& file : files()) {
    INFO(file.string());
    const std::string text = glia::read_file(file), kind = file.parent_path().filename().string();
    if (kind != "published" && kind != "intended" && kind != "best") continue;
    if (!has(text, "plugin = \"mnist\"") || !has(text, "train = { epochs = 500,")) continue;
    CHECK(has(text, "\nweights = \"../encoders/mnist_vae_500.safetensors\""));
    ++found;
  }
  CHECK(found >= 16);
}

TEST_CASE("an encoder that comes along is in the run's folder, and one argument trains it anew") {
  const fs::path file = folder / "published/drop.toml";
  const TempFolder place;
  const auto run = [&](const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> command{program, "run", file.string(), "-q", "-o", name};
    for (const auto& word : small(glia::read_file(file))) command.push_back(word);
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
    const std::string text = glia::read_file(folder / "published" / (name + ".toml"));
    CHECK(has(text, "[head.astrocytes]"));
    CHECK(has(text, "seeds = 20"));
    const bool disturbed = name == "leak" || name == "noise" || name == "drop";
    CHECK(has(text, disturbed ? "[sweep.axes]" : "[head.neurons]"));
    CHECK(fs::exists(folder / "intended" / (name + ".toml")));
  }
}
