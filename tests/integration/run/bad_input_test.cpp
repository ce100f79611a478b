// SPDX-License-Identifier: MIT
// What a person can get wrong before anything is computed: a clear message, and no folder.
#include "catch.hpp"
#include "support.hpp"

namespace {

/// Runs small.toml after one change; the message. Checks the exit code and that nothing is left.
std::string refusal(const std::string& from, const std::string& to) {
  const Workplace place(with(small_pipeline, from, to));
  const Outcome outcome = place.glia({"run", "small.toml", "-o", "run"});
  CHECK(outcome.code == 2);
  CHECK(outcome.out.empty());
  CHECK(place.names_in(".") == "small.toml");
  return outcome.err;
}

/// A copy of Fashion-MNIST, unpacked, in data/, to be spoilt.
void copy_data(const Workplace& place) {
  fs::copy(fashion, place / "data");
  REQUIRE(run_command({"sh", "-c", "gunzip data/*.gz"}, {}, place.cwd()).code == 0);
}

}  // namespace

TEST_CASE("mistakes in the file are named with their place, and nothing is made") {
  CHECK(refusal("seed = 3", "seed = = 3") ==
        "small.toml:3:8: error: not valid TOML: while parsing value: could not determine value "
        "type\n");
  CHECK(refusal("z_features", "z_featres") ==
        "small.toml:14:1: error: unknown key 'z_featres' in 'encoder.latent'\n"
        "  hint: did you mean 'z_features'?\n");
  CHECK(refusal("width = 10 }", "width = 7 }") ==
        "small.toml:33:9: error: the row is too narrow: a classifier of 10 classes reads 10 cells, "
        "one for each, but hears 7, in the edge from network 'layers' to head 'neurons'\n"
        "  hint: the last wave of network 'layers' is as wide as it says: write width = 10 in its "
        "'linear' (small.toml:24:75); the classes of the data are 'T-shirt/top', 'trouser', "
        "'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'\n");
  CHECK(refusal("input = \"latent\"\nnarrow_to", "input = \"matrix\"\nnarrow_to") ==
        "small.toml:18:9: error: the networks read each other in a circle: matrix -> matrix\n"
        "  hint: one of them has to read an encoder\n");
  CHECK(refusal("input = \"matrix\"", "input = \"matrx\"") ==
        "small.toml:28:9: error: there is no node 'matrx' to read from\n"
        "  hint: did you mean 'matrix'?\n");
  CHECK(refusal("narrow_to = 10", "narrow_to = 30") ==
        "small.toml:19:1: error: narrow_to = 30, but the row has only 20 cells\n"
        "  hint: give the encoder more features (at least 32 with gather), or narrow to fewer\n");
  CHECK(refusal("narrow_to = 10", "narrow_to = 11") ==
        "small.toml:19:1: error: narrow_to = 11 is stepped over: the pattern goes 20, 18, 16, 14, "
        "12, 10 cells\n"
        "  hint: narrow_to = 12 or 10 can be reached, and 11 where the row begins with 1 cell "
        "more\n");
  CHECK(refusal("z_features = 20", "z_features = 9") ==
        "small.toml:19:1: error: narrow_to = 10, but the row has only 9 cells\n"
        "  hint: give the encoder more features (at least 12 with gather), or narrow to fewer\n");
}

TEST_CASE("a circle of two networks is named as a whole") {
  const Workplace place(
      with(with(small_pipeline, "input = \"latent\"\nnarrow_to", "input = \"layers\"\nnarrow_to"),
           "[network.layers]\ninput = \"latent\"", "[network.layers]\ninput = \"matrix\""));
  const Outcome outcome = place.glia({"run", "small.toml"});
  CHECK(outcome.code == 2);
  CHECK(outcome.err ==
        "small.toml:18:9: error: the networks read each other in a circle: matrix -> layers -> "
        "matrix\n  hint: one of them has to read an encoder\n");
  CHECK(place.names_in(".") == "small.toml");
}

TEST_CASE("options that a command does not know come with what it does") {
  const Workplace place;
  const auto said = [&](std::vector<std::string> words) {
    const Outcome outcome = place.glia(words);
    CHECK(outcome.code == 2);
    return outcome.err;
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(said({"run", "small.toml", "--seed=3"}),
             Contains("not expected: --seed=3\n  hint: settings are given as KEY=VALUE: "
                      "'pipeline.seed=3'"));
  CHECK_THAT(said({"run", "small.toml", "--epochs=3"}), Contains("'head.ID.train.epochs=3'"));
  CHECK_THAT(said({"run", "small.toml", "--strange"}), Contains("glia config FILE shows them"));
  CHECK_THAT(said({"run", "small.toml", "--quite"}), Contains("did you mean '--quiet'?"));
  CHECK_THAT(said({"sweep", "small.toml", "--seed=3"}), Contains("did you mean '--seeds'?"));
  CHECK_THAT(said({"ls", "--strange"}), !Contains("hint"));
  CHECK(said({"runn", "small.toml"}) ==
        "there is no command 'runn'\n  hint: did you mean 'run'?\n");
  CHECK_THAT(said({"cache", "quux"}), Contains("no command 'quux'\n  hint: there is 'ls'"));
  CHECK(!fs::exists(place / "runs"));
}

TEST_CASE("files and overrides that make no sense are refused") {
  const Workplace place;
  fs::create_directory(place / "folder.toml");
  const auto refusal = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "run");
    const Outcome outcome = place.glia(arguments);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    return outcome.err;
  };
  CHECK(refusal({"smal.toml"}) ==
        "glia: error: there is no file smal.toml\n  hint: did you mean 'small.toml'?\n");
  CHECK(refusal({"folder.toml"}) == "glia: error: folder.toml is a directory, not a file\n");
  CHECK(refusal({"small.toml", "encoder.latent.train.epochs=0"}) ==
        "argument 'encoder.latent.train.epochs=0': error: epochs must be at least 1, not 0\n");
  CHECK(refusal({"small.toml", "nonsense"}) ==
        "glia: error: 'nonsense' is not an override of the form KEY=VALUE\n"
        "  hint: only one pipeline file can be given, and it comes first\n");
  CHECK(refusal({"small.toml", "head.nobody.train.epochs=3"}) ==
        "argument 'head.nobody.train.epochs=3': error: there is no head 'nobody'\n"
        "  hint: there is 'astrocytes' and 'neurons'\n");
  CHECK(refusal({"small.toml", "encoder.latent.train.batch=3"}) ==
        "argument 'encoder.latent.train.batch=3': error: unknown key 'batch' in "
        "'encoder.latent.train'\n  hint: did you mean 'batch_size'?\n");
  CHECK(refusal({"small.toml", "--threads", "0"}).find("--threads") != std::string::npos);
  CHECK(place.names_in(".") == "folder.toml small.toml");
}

TEST_CASE("data that is not there: how to get it, and nothing is made") {
  const Workplace place(with(small_pipeline, "path = \"" + fashion + "\"\n", "path = \"gone\"\n"));
  const std::string looked_for =
      "glia: error: Fashion-MNIST was not found; 'train-images-idx3-ubyte', "
      "'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte' and 't10k-labels-idx1-ubyte', plain or "
      ".gz, looked for in\n  gone: no such folder\n  in stage 'clothing/load'\n";
  // By a name of its own and by number: the folder runs/ goes too, but not one with a file in it.
  fs::create_directories(place / "kept");
  place.write("kept/notes.txt", "");
  for (const std::vector<std::string>& out :
       {std::vector<std::string>{}, {"-o", "deep/er/run"}, {"-o", "kept/run"}}) {
    std::vector<std::string> arguments{"run", "small.toml"};
    arguments.insert(arguments.end(), out.begin(), out.end());
    const Outcome outcome = place.glia(arguments);
    CHECK(outcome.code == 1);
    CHECK(outcome.err == looked_for +
                             "  hint: glia data get fashion -o gone, or leave out 'path' to search "
                             "the usual folders\n");
    CHECK(place.names_in(".") == "kept small.toml");
    CHECK(place.names_in("kept") == "notes.txt");
  }
}

TEST_CASE("damaged data is named, and nothing is made") {
  const Workplace place(with(small_pipeline, "path = \"" + fashion + "\"\n", "path = \"data\"\n"));
  copy_data(place);
  const std::string labels = place.read("data/train-labels-idx1-ubyte");
  const auto message = [&](const std::string& spoilt) {
    place.write("data/train-labels-idx1-ubyte", spoilt);
    const Outcome outcome = place.glia({"run", "small.toml"});
    CHECK(outcome.code == 1);
    CHECK(place.names_in(".") == "data small.toml");
    return outcome.err;
  };
  const std::string end =
      "\n  in stage 'clothing/load'\n  hint: a file of your own: write it anew; only if these are "
      "to be the files of Fashion-MNIST: glia data get fashion -o data --force\n";
  const std::string foreign =
      "\n  in stage 'clothing/load'\n  hint: these are not the files of Fashion-MNIST: for data of "
      "your own save arrays with numpy.save and use the data set 'npy'; to get Fashion-MNIST, glia "
      "data get fashion -o another folder\n";
  CHECK(message(labels.substr(0, labels.size() - 5)) ==
        "glia: error: data/train-labels-idx1-ubyte: truncated: 60000 labels make 60008 bytes, the "
        "file has 60003" +
            end);
  std::string wrong = labels;
  wrong[8 + 17] = 10;
  CHECK(message(wrong) ==
        "glia: error: data/train-labels-idx1-ubyte: label out of range: sample 17 has label 10, "
        "expected 0 to 9" +
            foreign);
}
