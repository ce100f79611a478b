// SPDX-License-Identifier: MIT
#include "core/results_folder.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace {

/// What is said of a folder with these files.
std::string said_of(const std::vector<std::string>& files) {
  const TempFolder folder;
  for (const auto& file : files) {
    std::filesystem::create_directories((folder / file).parent_path());
    glia::write_file(folder / file, "");
  }
  try {
    glia::require_no_remains(folder.path().string());
  } catch (const glia::Error& e) {
    return e.message().substr(folder.path().string().size());
  }
  return "";
}

}  // namespace

TEST_CASE("What is left of a run or sweep is told from a folder that never held one") {
  CHECK(said_of({}).empty());
  CHECK(said_of({"resolved.toml"}).empty());
  CHECK(said_of({"resolved.toml", "run.json", "checkpoints/a.safetensors"}).empty());
  CHECK(said_of({"plan.json", "sweep.sqlite"}).empty());
  CHECK(said_of({"run.json", "checkpoints/a.safetensors"}) ==
        ": the run has lost its resolved.toml");
  CHECK(said_of({"resolved.toml", "checkpoints/a.safetensors"}) ==
        ": the run has lost its run.json");
  CHECK(said_of({"sweep.sqlite", "results.csv"}) == ": the sweep has lost its plan.json");
}
