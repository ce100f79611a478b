// SPDX-License-Identifier: MIT
// Every mistake has its own message, which says what to do.
#include "says.hpp"
#include "support.hpp"

namespace {

/// What was said, where the program ended with this code.
std::string refusal(const Workplace& place, const std::vector<std::string>& words, int code) {
  const Outcome outcome = place.glia(words);
  CHECK(outcome.code == code);
  CHECK(outcome.out.empty());
  return outcome.err;
}

}  // namespace

TEST_CASE("samples that do not fit are refused, each for its reason") {
  const Workplace here;
  bring_run(here);
  const std::string bytes = test_pictures();
  const auto predict = [&](const std::string& input, int code = 1) {
    return refusal(here, {"predict", "run", input, "--head", "neurons"}, code);
  };
  here.write("small.idx", idx_of(bytes.substr(0, 4 * 144), 12));
  says(predict("small.idx"), "small.idx: samples are 12 x 12, but the run takes 28 x 28");
  here.write("short.idx", idx_of(bytes).substr(0, 5000));
  says(predict("short.idx"), "truncated: 200 samples of 28 x 28 make 156800 bytes, the file has");
  here.write("labels.idx", std::string("\0\0\x08\x01\0\0\0\x02", 8) + "ab");
  says(predict("labels.idx"), "labels.idx: holds labels, and no samples");
  here.write("wide.npy", npy_of(bytes, "200, 16, 49"));
  says(predict("wide.npy"), "samples are 16 x 49, but the run takes 28 x 28");
  here.write("cut.npy", npy_of(bytes, "300, 28, 28"));
  says(predict("cut.npy"), "truncated: its shape asks for 235200 bytes, it has 156800");
  here.write("two.npy", npy_of(bytes, "100, 28, 28"));
  says(predict("two.npy"), "holds 78400 bytes more than its shape asks for: another array");

  const std::string csv = csv_of(bytes.substr(0, 2 * pixels));
  here.write("narrow.csv", with(csv, ",p783\n", "\n"));
  says(predict("narrow.csv"), "has 783 columns of inputs, but the run takes 784 (28 x 28)");
  says(predict("narrow.csv"), "a column is missing");
  here.write("gap.csv", csv.substr(0, csv.rfind(',')) + "\n");
  says(predict("gap.csv"), "line 3 has 784 columns, the first line has 785");
  here.write("words.csv", with(csv, "boot,0", "boot,dark"));
  says(predict("words.csv"), "line 2, column 2: 'dark' is no number");
  here.write("nameless.csv", csv.substr(csv.find('\n') + 1));
  here.write("large.csv", with(csv, "boot,0", "boot,254"));
  says(predict("large.csv"), "sample 0 has an input of 254, but the run takes inputs in [0, 1]");
  says(predict("large.csv"), "--divide-by 255");

  here.write("noise.bin", std::string("\x01\x02\x03\x04", 4));
  says(predict("noise.bin"), "noise.bin is no file that can be read as samples");
  says(predict("absent.npy", 2), "there is no file or folder absent.npy");
  fs::create_directory(here / "empty");
  says(predict("empty"), "empty holds no PNG pictures");
  here.write("two.toml", "[dataset.a]\nplugin = \"fashion\"\n[dataset.b]\nplugin = \"fashion\"\n");
  says(predict("two.toml", 2), "two.toml describes no data set, or several");
  says(refusal(here, {"predict", "run", "small.idx", "-o", "out.xls", "--head", "neurons"}, 2),
       "out.xls has no ending that tells its format");
}

TEST_CASE("heads, splits and settings that there are not are refused with what there is") {
  const Workplace here;
  bring_run(here, small_pipeline);
  here.write("a.npy", npy_of(test_pictures(), "200, 784"));
  says(refusal(here, {"predict", "run", "a.npy"}, 2), "several heads: 'astrocytes' and 'neurons'");
  says(refusal(here, {"predict", "run", "a.npy", "--head", "neuron"}, 2),
       "did you mean 'neurons'?");
  says(refusal(here, {"export", "run", "-o", "m.onnx", "--head", "x"}, 2), "no head 'x'");
  says(refusal(here, {"export", "run", "-o", "m.txt", "--head", "neurons"}, 2), "-o FILE.onnx");
  says(refusal(here, {"evaluate", "run", "split=valid"}, 2), "there is no split 'valid'");
  says(refusal(here, {"evaluate", "run", "split=validation"}, 2),
       "keeps no samples for validation");
  says(refusal(here, {"evaluate", "run", "nonsense"}, 2), "not of the form KEY=VALUE");
  says(refusal(here, {"evaluate", "run", "splt=train"}, 2), "did you mean 'split'?");
  says(refusal(here, {"evaluate", "run", "wait_noise=0.1"}, 2), "there is no key 'wait_noise'");
  says(refusal(here, {"evaluate", "run", "weight_noise=x"}, 2),
       "argument 'weight_noise=x': error: weight_noise must be");
  says(refusal(here, {"evaluate", "run", "seed=-1"}, 2), "'seed' takes a whole number from 0");
  says(refusal(here, {"evaluate", "run", "--split", "train"}, 2), "KEY=VALUE: split=");
  says(refusal(here, {"evaluate", "run", "split=test", "split=train"}, 2),
       "'split' is given twice");
  says(refusal(here, {"best", "run"}, 2), "run holds a run, and no sweep");
  says(refusal(here, {"best", "run"}, 2), "glia evaluate run");
  says(refusal(here, {"best", "run"}, 2), "run/results.json");  // a policy's returns too
  says(refusal(here, {"evaluate", "run", "head.neurons.train.epochs=3"}, 2),
       "means nothing to a network that has been trained");
  says(refusal(here, {"evaluate", "run", "network.matrix.defaults.boundary=ring"}, 2),
       "name the wave: network.matrix.pattern.WAVE.boundary=ring");
  says(refusal(here, {"evaluate", "run", "dataset.clothing.test_limt=3"}, 2), "test_limit");
  says(refusal(here, {"evaluate", "run", "network.matrix.pattern.slide.boundary=ring"}, 2),
       "network 'matrix' is not the one that was trained: step 1 is 'slide'");
  says(refusal(here, {"evaluate", "run", "network.layers.pattern.softmax.activation=tanh"}, 2),
       "network 'layers' is not the one that was trained");
  const std::string fourfold =
      "dataset.clothing={ plugin = \"npy\", train_inputs = \"a.npy\", "
      "train_targets = \"y.npy\", test_inputs = \"a.npy\", "
      "test_targets = \"y.npy\" }";
  here.write("y.npy", npy_of(std::string(100, '\0') + std::string(100, '\1'), "200"));
  says(refusal(here, {"evaluate", "run", fourfold}, 1),
       "has samples of 784 numbers, but the run was trained on 28 x 28");
  here.write("a.npy", npy_of(test_pictures(), "200, 28, 28"));
  says(refusal(here, {"evaluate", "run", fourfold}, 1),
       "has 2 classes, but the run was trained on 10 classes");
}

TEST_CASE("classes are compared by number: their order is the run's, other names are told") {
  const Workplace here;
  const auto table = [&](const std::string& name, const char* first, const char* second) {
    std::string text = "a,b,kind\n";
    for (int i = 0; i < 20; ++i) {
      text +=
          std::to_string(i % 7) + ',' + std::to_string(i) + ',' + (i % 2 ? first : second) + '\n';
    }
    here.write(name, text);
  };
  table("t.csv", "ant", "bee");
  table("u.csv", "ant", "zebra");
  here.write("small.toml", table_pipeline("train_file = \"t.csv\"\ntest_file = \"t.csv\"\n"
                                          "target = \"kind\"\nvalidation = 0.2\n",
                                          "epochs = 1, learning_rate = 1e-3, patience = 1"));
  REQUIRE(here.glia({"run", "small.toml", "-q", "-o", "run"}).code == 0);
  const auto whole = here.glia({"evaluate", "run",  // patience asks for no validation split here
                                "dataset.d={plugin=\"csv\", train_file=\"t.csv\", "
                                "test_file=\"t.csv\", target=\"kind\"}"});
  INFO(whole.err);
  CHECK(whole.code == 0);
  says(refusal(here, {"evaluate", "run", "dataset.d.classes=[\"bee\", \"ant\"]"}, 1),
       "has the classes 'bee' and 'ant', but the run was trained on 'ant' and 'bee'");
  const auto other = here.glia(
      {"evaluate", "run", "dataset.d.train_file=u.csv", "dataset.d.test_file=u.csv", "--json"});
  CHECK(other.code == 0);
  says(other.err, "has the classes 'ant' and 'zebra', but the run was trained on 'ant' and 'bee'");
}

TEST_CASE("a folder that holds no run, or half of one, or a damaged one, says so") {
  const Workplace here;
  bring_run(here);
  here.write("a.npy", npy_of(test_pictures(), "200, 784"));
  fs::create_directory(here / "nothing");
  says(refusal(here, {"evaluate", "nothing"}, 2), "nothing holds no run: it has no resolved.toml");
  says(refusal(here, {"evaluate", "absent"}, 2), "there is no run in absent or runs/absent");
  says(refusal(here, {"evaluate", "small.toml"}, 2),
       "small.toml is a file, and no folder of a run");

  const auto copy = [&](const std::string& name) {
    fs::copy(here / "run", here / name, fs::copy_options::recursive);
  };
  copy("half");
  fs::remove(here / "half/checkpoints/neurons.safetensors");
  says(refusal(here, {"evaluate", "half"}, 1), "head 'neurons' has not been trained");
  says(refusal(here, {"evaluate", "half"}, 1), "glia resume");
  CHECK(here.glia({"predict", "half", "a.npy", "--head", "astrocytes"}).code == 0);

  copy("headless");
  fs::remove(here / "headless/checkpoints/latent.safetensors");
  says(refusal(here, {"predict", "headless", "a.npy", "--head", "neurons"}, 1),
       "encoder 'latent' has not been trained");

  copy("flipped");
  std::string bytes = here.read("flipped/checkpoints/latent.safetensors");
  bytes[bytes.size() - 100] = static_cast<char>(bytes[bytes.size() - 100] ^ 1);
  here.write("flipped/checkpoints/latent.safetensors", bytes);
  says(refusal(here, {"predict", "flipped", "a.npy", "--head", "neurons"}, 1),
       "latent.safetensors");
  says(refusal(here, {"export", "flipped", "-o", "m.onnx", "--head", "neurons"}, 1),
       "latent.safetensors");

  copy("cut");
  here.write("cut/checkpoints/neurons.safetensors", bytes.substr(0, 50));
  says(refusal(here, {"evaluate", "cut"}, 1), "neurons.safetensors");
}

TEST_CASE(
    "a run that was stopped is told from a finished one, and gone on with by its folder alone") {
  const Workplace place(with(small_pipeline, "input = \"matrix\"\ntrain = { epochs = 2",
                             "input = \"matrix\"\ntrain = { epochs = 400"));
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "whole"}).code == 0);
  Running first(place, "run small.toml -o run --threads 1");
  REQUIRE(first.halt_when(
      [&] { return fs::exists(place / "run/checkpoints/astrocytes.safetensors"); }));
  first.signal(SIGINT);
  first.signal(SIGCONT);
  const Outcome stopped = first.wait();
  INFO(stopped.err);
  REQUIRE(stopped.code == 75);
  says(stopped.err, "go on with: glia resume run");
  says(refusal(place, {"evaluate", "run"}, 1), "has not been trained to its end");
  says(place.glia({"ls", "."}).out, "interrupted");

  // From elsewhere, without the pipeline file.
  fs::remove(place / "small.toml");
  const Workplace elsewhere;
  const Outcome resumed = elsewhere.glia({"resume", (place / "run").string(), "-q", "--json"});
  INFO(resumed.err);
  REQUIRE(resumed.code == 0);
  CHECK(json::parse(resumed.out).at("status") == "ok");
  CHECK(place.heads("run") == place.heads("whole"));
  CHECK(refusal(elsewhere, {"resume", (place / "run").string(), "--extend", "seeds=2"}, 2)
            .find("these options are of sweeps") != std::string::npos);
}

TEST_CASE("what a checkpoint says of its network is held against its digest before it is used") {
  const Workplace here;
  bring_run(here);
  const std::string file = "run/checkpoints/neurons.safetensors";
  std::string bytes = here.read(file);
  const auto place = bytes.find("\\\"out\\\":1");
  REQUIRE(place != std::string::npos);
  bytes[place + 8] = '2';
  here.write(file, bytes);
  says(refusal(here, {"evaluate", "run"}, 1), file);
  says(refusal(here, {"evaluate", "run"}, 1), "hint: train again into a new folder");
}
