// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "temp_folder.hpp"

#include <string>
#include <vector>

namespace {

const char* const glia = GLIA_BINARY_DIR "/bin/glia";

/// A pipeline around `network`'s lines; `end` is the node before them.
std::string pipeline(const std::string& network) {
  return "[dataset.clothing]\nplugin = \"fashion\"\n"
         "[encoder.latent]\nplugin = \"vae\"\ninput = \"clothing\"\nz_features = 14\n"
         "[network.matrix]\ninput = \"latent\"\n" +
         network + "[head.names]\nplugin = \"classifier\"\ninput = \"matrix\"\n";
}

Outcome run(const std::string& text, const std::vector<std::string>& arguments) {
  const TempFolder folder;
  glia::write_file(folder.path() / "p.toml", text);
  std::vector<std::string> command = {glia, arguments[0], "p.toml"};
  command.insert(command.end(), arguments.begin() + 1, arguments.end());
  return run_command(command, {}, folder.path().string());
}

}  // namespace

TEST_CASE("a pipeline is drawn with what travels on every edge") {
  const auto text =
      pipeline("narrow_to = 10\npattern = [{ wave = \"gather\" }, { activation = \"tanh\" }]\n");
  const auto mermaid = run(text, {"graph", "--format", "mermaid"});
  CHECK(mermaid.err == "");
  CHECK(mermaid.out ==
        "flowchart LR\n"
        "  node_clothing[\"dataset clothing<br>fashion 1.0.0\"]\n"
        "  node_latent[\"encoder latent<br>vae 1.1.0\"]\n"
        "  node_matrix[\"network matrix<br>gather 14 → 12<br>tanh<br>gather 12 → 10\"]\n"
        "  node_names[\"head names<br>classifier 1.1.0\"]\n"
        "  node_clothing -->|\"B × 784 (28 × 28), float32\"| node_latent\n"
        "  node_latent -->|\"B × 14 cells, sample\"| node_matrix\n"
        "  node_matrix -->|\"B × 10 cells\"| node_names\n");

  const auto dot = run(text, {"graph"});
  CHECK(dot.out.starts_with("digraph pipeline {"));
  const auto svg = run(text, {"graph", "--format", "svg"});
  CHECK(svg.code == 0);
  CHECK(svg.out.find("<svg") != std::string::npos);
  CHECK(svg.out.find("B × 14 cells, sample") != std::string::npos);
}

TEST_CASE("the last activation is left out unless it is asked for") {
  const std::string steps =
      "pattern = [{ wave = \"linear\", width = 10 }, { activation = \"elu\" }]\n";
  CHECK(run(pipeline(steps), {"graph"}).out.find("elu") == std::string::npos);
  CHECK(run(pipeline(steps + "keep_last_activation = true\n"), {"graph"}).out.find("elu") !=
        std::string::npos);
}

TEST_CASE("widths are followed edge by edge, and misfits named in plain words") {
  const auto error = [](const std::string& network) {
    const auto outcome = run(pipeline(network), {"validate"});
    CHECK(outcome.code == 2);
    CHECK(outcome.out == "");
    return outcome.err;
  };
  const std::string gather = "pattern = [{ wave = \"gather\" }]\n";
  CHECK(
      run(pipeline("narrow_to = 10\n" + gather), {"validate", "network.matrix.narrow_to=16"}).err ==
      "argument 'network.matrix.narrow_to=16': error: narrow_to = 16, but the row has only 14 "
      "cells\n"
      "  hint: give the encoder more features (at least 18 with gather), or narrow to fewer\n");
  CHECK(error("narrow_to = 16\n" + gather) ==
        "p.toml:9:1: error: narrow_to = 16, but the row has only 14 cells\n"
        "  hint: give the encoder more features (at least 18 with gather), or narrow to fewer\n");
  CHECK(
      error("narrow_to = 14\n" + gather) ==
      "p.toml:9:1: error: narrow_to = 14, but the row has 14 cells from the start, so the pattern "
      "would never run\n"
      "  hint: give the encoder more features (at least 16 with gather)\n");
  CHECK(error("narrow_to = 11\n" + gather) ==
        "p.toml:9:1: error: narrow_to = 11 is stepped over: the pattern goes 14, 12, 10 cells\n"
        "  hint: narrow_to = 12 or 10 can be reached, and 11 where the row begins with 1 cell "
        "more\n");
  CHECK(
      error("narrow_to = 10\npattern = [{ wave = \"slide\" }]\n") ==
      "p.toml:9:1: error: narrow_to = 10 is never reached: one pass of the pattern turns 14 cells "
      "into 14\n"
      "  hint: the pattern needs a wave that narrows, such as gather\n");
  CHECK(error("widen_to = 12\npattern = [{ wave = \"spread\" }]\n") ==
        "p.toml:9:1: error: widen_to = 12, but the row has already 14 cells\n"
        "  hint: widen to more cells\n");
  CHECK(error(gather) ==
        "p.toml:12:9: error: a classifier of 10 classes reads a row of 10 cells, but hears 12, in "
        "the "
        "edge from network 'matrix' to head 'names'\n"
        "  hint: end the network with narrow_to = 10; the classes of the data are 'T-shirt/top', "
        "'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle "
        "boot'\n");
}
