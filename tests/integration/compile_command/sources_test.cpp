// SPDX-License-Identifier: MIT
// What glia compile reads, and what it refuses and where.
#include "catch.hpp"
#include "support.hpp"
#include "train/safetensors.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <map>

namespace {

struct Bad {
  std::string text, message;
};

/// That a network in these words is refused with a message, and leaves nothing behind.
void check_refused(const Workplace& place, std::vector<std::string> arguments,
                   const std::string& message) {
  arguments.insert(arguments.begin(), "compile");
  arguments.insert(arguments.end(), {"-o", "out"});
  const Outcome outcome = place.glia(arguments);
  INFO(outcome.err);
  CHECK(outcome.code == 2);
  CHECK(has(outcome.err, message));
  CHECK(!fs::exists(place / "out"));
}

}  // namespace

TEST_CASE("bad networks are named with their place, and leave nothing behind") {
  const Workplace place;
  json odd = layer(3, 2, "relu");
  odd["weight"][1].push_back(1.0);
  json recurrent = layer(3, 3, "relu");
  recurrent["recurrent"] = true;
  std::string nan = network({layer(3, 2, "relu"), layer(2, 2, "identity")});
  const auto at = nan.rfind("[[");
  nan.replace(at + 2, nan.find(',', at) - at - 2, "NaN");
  json short_bias = layer(3, 2, "relu");
  short_bias["bias"].erase(0);
  const std::vector<Bad> cases{
      {network({layer(3, 2, "rellu")}), "net.json: layers[0].activation is 'rellu'"},
      {network({layer(3, 2, "relu"), layer(3, 2, "identity")}),
       "net.json: layer 1 reads 3 numbers, but layer 0 gives 2"},
      {network({odd}), "net.json: layers[0].weight[1] has not the 3 numbers"},
      {network({recurrent}), "net.json: layers[0] has an unknown key 'recurrent'"},
      {nan, "net.json: layers[1].weight[0][0] is NaN"},
      {network({short_bias}), "net.json: layers[0].bias is not a list of 2 numbers"},
      {"{\"layers\": []}", "net.json has no list 'layers'"},
      {"{\"layers\": [", "net.json: "},
      {"[1, 2]", "net.json has no list 'layers'"},
      {R"({"layers": [{"weight": [[1]], "weight": [[2]]}]})", "'weight' twice in one object"},
      {R"({"layers": [{"weight": [[1]]}, {"weight": [[1]]}], "activation": "tanh"})",
       "net.json has an unknown key 'activation'"},
      {R"({"layers": [{"weight": [[1e-320]]}]})", "hint: 32-bit numbers go down to 1.2e-38"},
      {R"({"layers": [{"weight": [[1e39]]}]})", "does not fit"}};
  for (const Bad& bad : cases) {
    place.write("net.json", bad.text);
    const Outcome outcome = place.glia({"compile", "net.json", "-o", "out"});
    INFO(bad.text << outcome.err);
    CHECK(outcome.code == 2);
    if (bad.message != "does not fit") CHECK(has(outcome.err, bad.message));
    CHECK(!fs::exists(place / "out"));
  }
  CHECK(has(place.glia({"compile", "net.json", "-o", "out", "--mode", "exchnge"}).err,
            "did you mean 'exchange'?"));
  CHECK(place.glia({"compile", "none.json", "-o", "out"}).code == 2);
  CHECK(place.glia({"compile", "net.json"}).code == 2);
  fs::create_directory(place / "taken");
  place.write("taken/file", "mine");
  place.write("net.json", network({layer(3, 2, "relu")}));
  CHECK(place.glia({"compile", "net.json", "-o", "taken"}).code == 2);
  CHECK(place.read("taken/file") == "mine");
}

TEST_CASE("a network whose answers are no 32-bit numbers is not proved") {
  const Workplace place;
  place.write("net.json", R"({"layers": [{"weight": [[1e38, 2, 3], [4, 5, 6]], "bias": [1, 2]}]})");
  const Outcome outcome = place.glia({"compile", "net.json", "-o", "out"});
  INFO(outcome.err);
  CHECK(outcome.code == 1);
  CHECK(has(outcome.err, "is not finite in 32-bit numbers"));
  CHECK(has(outcome.err, "scale the weights"));
  CHECK(!fs::exists(place / "out"));
}

TEST_CASE("an activation that is given stands between the layers of a file that names none") {
  const Workplace place;
  const auto compiled = [&](const std::string& first, std::vector<std::string> more) {
    place.write("net.json", R"({"layers": [{"weight": [[0.5, 1], [1, 0.25]])" + first +
                                R"(}, {"weight": [[1, 2]]}]})");
    more.insert(more.begin(), {"compile", "net.json", "-o", "out"});
    fs::remove_all(place / "out");
    const Outcome outcome = place.glia(more);
    INFO(outcome.err);
    CHECK(outcome.code == (outcome.err.empty() ? 0 : 2));
    return outcome.err.empty() ? place.read("out/pipeline.toml") : outcome.err;
  };
  const std::string tanh = "activation = \"tanh\"";
  CHECK(!has(compiled("", {}), tanh));
  CHECK(has(compiled("", {"--activation", "tanh"}), tanh));
  CHECK(has(compiled(R"(, "activation": "tanh")", {}), tanh));
  CHECK(has(compiled(R"(, "activation": "tanh")", {"--activation", "relu"}),
            "--activation means nothing: net.json says itself"));
  CHECK(has(compiled("", {"--box", "2"}), "--box"));
  for (const char* box : {"nan", "0", "-1", "1e300", "2x"}) {
    CHECK(has(compiled("", {"--strict", "--box", box}), "is no number from 1e-6 to 1e6"));
  }
}

TEST_CASE("a safetensors file of dense layers is read in the order of its names") {
  const Workplace place;
  const at::Tensor a = at::arange(12, at::kFloat).view({4, 3}).sin();
  const at::Tensor b = at::arange(8, at::kFloat).view({2, 4}).cos();
  glia::train::save_safetensors(
      place / "net.safetensors",
      {{"fc10.weight", b}, {"fc2.weight", a}, {"fc2.bias", at::ones({4})}});
  Outcome made = place.glia({"compile", "net.safetensors", "-o", "out"});
  CHECK(made.code == 2);
  CHECK(has(made.err, "does not say what stands between its layers"));
  made = place.glia({"compile", "net.safetensors", "-o", "out", "--activation", "tanh"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK(place.proof("out").at("connections") == 11 + 8);  // sin(0) = 0 is no connection
  CHECK(place.proof("out").at("exact") == true);
  glia::train::save_safetensors(place / "lstm.safetensors", {{"weight_hh_l0", a}});
  made = place.glia({"compile", "lstm.safetensors", "-o", "no"});
  CHECK(made.code == 2);
  CHECK(has(made.err, "tensor 'weight_hh_l0' [4, 3] is not part of a dense layer"));
}

TEST_CASE("the network of a finished run is compiled with the pipeline around it") {
  const Workplace place;
  place.write("xor.toml",
              xor_pipeline("{ wave = \"linear\", width = 6 }, { activation = \"tanh\" }, "
                           "{ wave = \"linear\", width = 1 }",
                           "epochs = 20, learning_rate = 0.05") +
                  R"([network.waves]
input = "inputs"
pattern = [{ repeat = 2, shared = true, pattern = [{ wave = "slide" }] }, { wave = "gather" }]
[head.recurrent]
plugin = "regression"
input = "waves"
train = { epochs = 1 }
)");
  const Outcome run = place.glia({"run", "xor.toml", "-q", "-o", "run"});
  INFO(run.err);
  REQUIRE(run.code == 0);
  Outcome made = place.glia({"compile", "run", "-o", "out"});
  CHECK(made.code == 2);
  CHECK(has(made.err, "--head"));
  made = place.glia({"compile", "run", "-o", "out", "--head", "recurrent"});
  CHECK(made.code == 2);
  CHECK(has(made.err, "network 'waves', step 1 ('slide') uses the weights of an earlier pass"));
  made = place.glia({"compile", "run", "-o", "out", "--head", "neurons"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK(place.glia({"compile", "--verify", "out"}).code == 0);
  const Outcome again = place.glia({"run", "out/pipeline.toml", "-q", "-o", "again"});
  INFO(again.err);
  REQUIRE(again.code == 0);
  const auto accuracy = [&](const std::string& folder) {
    return place.results(folder).at("heads").at("neurons").at("test_accuracy").get<double>();
  };
  CHECK(accuracy("again") == accuracy("run"));
}

TEST_CASE("bad weights in safetensors files are named with their place") {
  const Workplace place;
  const auto refused = [&](std::vector<std::string> arguments, const std::string& message) {
    check_refused(place, std::move(arguments), message);
  };
  at::Tensor a = at::arange(12, at::kFloat).view({4, 3}).sin();
  const at::Tensor b = at::arange(8, at::kFloat).view({2, 4}).cos();
  const auto save = [&](const glia::train::NamedTensors& tensors,
                        const std::map<std::string, std::string>& metadata = {}) {
    glia::train::save_safetensors(place / "net.safetensors", tensors, metadata);
  };
  save({{"0.weight", a}, {"1.weight", b.slice(1, 0, 3).contiguous()}});
  refused({"net.safetensors", "--activation", "relu"},
          "layer 1 reads 3 numbers, but layer 0 gives 4");
  save({{"0.weight", a}, {"1.weight", b}}, {{"activations", "swishh,identity"}});
  refused({"net.safetensors"}, "the activation of layer 0 is 'swishh'");
  save({{"0.weight", a.view({4, 3, 1, 1})}});
  refused({"net.safetensors"}, "tensor '0.weight' [4, 3, 1, 1] is not part of a dense layer");
  a = a.clone();
  a.data_ptr<float>()[7] = NAN;
  save({{"0.weight", a}, {"1.weight", b}});
  refused({"net.safetensors", "--activation", "relu"}, "layer 0 has weight = nan at weight[2][1]");
}

TEST_CASE("bad weights in NumPy files are named with their place") {
  const Workplace place;
  const auto refused = [&](std::vector<std::string> arguments, const std::string& message) {
    check_refused(place, std::move(arguments), message);
  };
  const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }";
  const auto array = [&](double first, double second) {
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += static_cast<char>(header.size());
    bytes += '\0';
    bytes += header;
    for (const double x : {first, second}) {
      bytes.append(reinterpret_cast<const char*>(&x), sizeof x);
    }
    return bytes;
  };
  place.write("a.npy", array(1, 2));
  place.write("b.npy", array(1, std::nan("")));
  refused({"b.npy"}, "layer 0 has weight = nan at weight[0][1]");
  const auto unread = [&](std::string_view instead, std::string_view of, const std::string& words) {
    std::string bytes = array(1, 2);
    place.write("c.npy", bytes.replace(bytes.find(of), of.size(), instead));
    const Outcome told = place.glia({"compile", "c.npy", "-o", "out"});
    INFO(told.err);
    CHECK(told.code == 1);
    CHECK(has(told.err, "c.npy: " + words));
  };
  unread("(2,)  ", "(1, 2)", "holds numbers of type Double and shape (2), and no matrix");
  unread("(0, 2)", "(1, 2)", "holds 16 bytes more than its shape asks for");
  unread("<i8", "<f8", "holds numbers of type Long and shape (1, 2), and no matrix");
  unread(">f8", "<f8", "its numbers are big-endian ('>f8')");
  unread("True ", "False", "its numbers are in Fortran order");
  refused({"a.npy", "a.npy", "--activation", "relu"},
          "layer 1 reads 2 numbers, but layer 0 gives 1");
  refused({"a.npy", "a.npy", "--activation", "rellu"},
          "is 'rellu', and there is no such activation");
}

TEST_CASE("a general layer of a run is named with its place") {
  const Workplace place;
  place.write("general.toml",
              xor_pipeline("{ wave = \"linear\", width = 3 }, { wave = \"trouble\" }, "
                           "{ wave = \"linear\", width = 1 }",
                           "epochs = 1"));
  const std::string plugins = GLIA_BINARY_DIR "/tests/sweep";
  const Outcome run = place.glia({"--plugin-path", plugins, "run", "general.toml", "-o", "run"});
  INFO(run.err);
  REQUIRE(run.code == 0);
  const Outcome made = place.glia({"--plugin-path", plugins, "compile", "run", "-o", "out"});
  INFO(made.err);
  CHECK(made.code == 2);
  CHECK(has(made.err, "network 'layers', step 1 ('trouble') is a general layer"));
  CHECK(!fs::exists(place / "out"));
}
