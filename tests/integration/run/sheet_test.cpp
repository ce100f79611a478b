// SPDX-License-Identifier: MIT
// Pixels on a sheet of cells, from file to score.
#include "catch.hpp"
#include "support.hpp"

#include <string>
#include <vector>

namespace {

/// A .npy file of bytes, as NumPy writes it.
void write_npy(const Workplace& place, const std::string& name, const std::string& shape,
               const std::string& bytes) {
  std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
  header.resize(128 - 10 - 1, ' ');
  place.write(name, std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + '\n' + bytes);
}

/// Pictures of 8 x 8 pixels with a bar, upright (0) or level (1), anywhere.
void write_bars(const Workplace& place, const std::string& part, int samples) {
  std::string pictures, labels;
  for (int i = 0; i < samples; ++i) {
    const bool level = i % 2;
    const int at = 1 + (i / 2 * 5 + (part == "test" ? 1 : 0)) % 6;
    std::string picture(64, '\0');
    for (int k = 1; k < 7; ++k) {
      picture[static_cast<std::size_t>(level ? at * 8 + k : k * 8 + at)] = '\1';
    }
    pictures += picture;
    labels += static_cast<char>(level);
  }
  const std::string count = std::to_string(samples);
  write_npy(place, part + "_pictures.npy", "(" + count + ", 8, 8)", pictures);
  write_npy(place, part + "_labels.npy", "(" + count + ",)", labels);
}

const std::string pipeline = R"([pipeline]
name = "bars"
seed = 5

[dataset.bars]
plugin = "npy"
train_inputs = "train_pictures.npy"
train_targets = "train_labels.npy"
test_inputs = "test_pictures.npy"
test_targets = "test_labels.npy"

[encoder.pixels]
plugin = "identity"
input = "bars"

[network.sheet]
input = "pixels"
pattern = [
  { wave = "sheet", topology = "grid8" },
  { activation = "hill", k = 0.3, trained = "cell" },
  { wave = "shrink" },
  { activation = "elu" },
  { wave = "pool" },
  { activation = "gelu" },
  { wave = "linear", width = 2 },
]

[head.kind]
plugin = "classifier"
input = "sheet"
train = { epochs = 60, learning_rate = 1e-2, batch_size = 16 }
)";

/// The same bars row by row: 8 passes over 10 cells, each of which has its answer and its loss.
std::string in_time(const std::string& truncate) {
  std::string text = pipeline.substr(0, pipeline.find("[network.sheet]"));
  return text + "[network.state]\ninput = \"pixels\"\ncells = 10\nreadout = \"every\"\n" +
         truncate +
         R"(pattern = [{ wave = "slide" }, { activation = "tanh" }]
defaults = { init = "orthogonal" }

[head.kind]
plugin = "every_pass"
input = "state"
passes = 8
classes = 2
train = { epochs = 60, learning_rate = 2e-2, batch_size = 16 }
)";
}

/// What a run of small.toml on bars says of its head.
auto trained_on_bars(const Workplace& place) {
  write_bars(place, "train", 96);
  write_bars(place, "test", 48);
  const auto outcome = place.glia({"run", "small.toml", "-o", "run"});
  INFO(outcome.out + outcome.err);
  REQUIRE(outcome.code == 0);
  return place.results("run").at("heads").at("kind");
}

}  // namespace

TEST_CASE("a sheet learns which way bars lie, straight from the pixels") {
  const Workplace place(pipeline);
  const auto head = trained_on_bars(place);
  CHECK(head.at("test_accuracy").get<double>() > 0.95);
  const auto graph = place.glia({"graph", "small.toml"});
  CHECK(graph.out.find("sheet") != std::string::npos);
}

TEST_CASE("a sheet that the row does not make is an error of the file") {
  const Workplace place(
      with(pipeline, "{ wave = \"shrink\" }", "{ wave = \"shrink\", height = 7 }"));
  write_bars(place, "train", 96);
  write_bars(place, "test", 48);
  const auto outcome = place.glia({"validate", "small.toml"});
  CHECK(outcome.code != 0);
  CHECK(outcome.err.find("the sheet that it hears has 8 rows of 8 cells") != std::string::npos);
}

TEST_CASE("a network in time learns from a loss per pass, through all passes or a few") {
  std::vector<double> losses;
  for (const std::string truncate : {"", "truncate = 2\n"}) {
    const Workplace place(in_time(truncate));
    const auto head = trained_on_bars(place);
    CHECK(head.at("test_accuracy").get<double>() > 0.9);
    const auto& curve = head.at("curve");
    losses.push_back(curve.back().at("train_loss").get<double>());
    CHECK(losses.back() < 0.8 * curve.at(0).at("train_loss").get<double>());
    CHECK(place.glia({"evaluate", "run"}).code == 0);
    CHECK(place.glia({"export", "run", "-o", "model.onnx"}).code == 0);
    // The engine trains it, and LibTorch finds the same but for rounding.
    const auto torch = place.glia({"run", "small.toml", "head.kind.train.epochs=3",
                                   "head.kind.train.backend=torch", "-q", "-o", "torch"});
    INFO(torch.err);
    REQUIRE(torch.code == 0);
    const auto other = place.results("torch").at("heads").at("kind").at("curve");
    for (const std::size_t epoch : {0, 1, 2}) {
      CHECK(other.at(epoch).at("train_loss").get<double>() ==
            Approx(curve.at(epoch).at("train_loss").get<double>()).epsilon(1e-4));
    }
  }
  CHECK(losses[0] != losses[1]);
  const Workplace wrong(with(in_time(""), "passes = 8", "passes = 7"));
  write_bars(wrong, "train", 96);
  write_bars(wrong, "test", 48);
  const auto refused = wrong.glia({"validate", "small.toml"});
  CHECK(refused.code == 2);
  CHECK(refused.err.find("cannot be the states of 7 passes") != std::string::npos);
}

TEST_CASE("a head reads as many passes as its network makes") {
  const Workplace place(in_time(""));
  write_bars(place, "train", 96);
  write_bars(place, "test", 48);
  CHECK(place.glia({"validate", "small.toml"}).code == 0);
  const Outcome four = place.glia({"validate", "small.toml", "head.kind.passes=4"});
  CHECK(four.code == 2);
  CHECK(four.err.find("as the states of 4 passes, but network 'state' makes 8") !=
        std::string::npos);
  CHECK(four.err.find("give the head as many: 8") != std::string::npos);
  CHECK(place.glia({"validate", "small.toml", "network.state.readout=last", "head.kind.passes=5"})
            .err.find("write readout = \"every\" in [network.state]") != std::string::npos);
  // A head that wants other cells than the state has is told how to get them.
  const Workplace narrow(
      with(with(in_time(""), "plugin = \"every_pass\"", "plugin = \"classifier\""),
           "passes = 8\nclasses = 2\n", ""));
  write_bars(narrow, "train", 96);
  write_bars(narrow, "test", 48);
  CHECK(narrow.glia({"validate", "small.toml"})
            .err.find("put another one behind it, with input = \"state\" and pattern = [{ wave = "
                      "\"linear\", width = 2 }]") != std::string::npos);
}
