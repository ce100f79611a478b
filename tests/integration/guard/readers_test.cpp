// SPDX-License-Identifier: MIT
// Files that hold something else than their readers are for: told at once, and for what it is.
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "small_pipeline.hpp"
#include "temp_folder.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <cstring>

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

/// What numpy.save writes of numbers of this type.
template <class T>
std::string npy_of(const std::vector<T>& numbers, const std::string& type, const std::string& shape,
                   int version = 1) {
  const std::string header =
      "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
  std::string bytes = "\x93NUMPY";
  bytes += {static_cast<char>(version), '\0'};
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) {
    bytes += static_cast<char>(header.size() >> (8 * i) & 0xff);
  }
  bytes += header;
  return bytes.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T));
}

struct Desk {
  TempFolder folder;

  Desk() {
    write("p.toml", R"([dataset.d]
plugin = "npy"
train_inputs = "x.npy"
train_targets = "y.npy"
test_inputs = "x.npy"
test_targets = "t.npy"
[encoder.e]
plugin = "identity"
input = "d"
[network.n]
input = "e"
pattern = [{ wave = "linear", width = 3 }]
[head.h]
plugin = "classifier"
input = "n"
train = { epochs = 2 }
)");
    write("x.npy", npy_of<float>({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, "<f4", "(6, 2)"));
    labels("y.npy", {0, 1, 2, 0, 1, 2});
    labels("t.npy", {0, 1, 2, 0, 1, 2});
  }
  void write(const std::string& name, const std::string& text) const {
    glia::write_file(folder / name, text);
  }
  void labels(const std::string& name, const std::vector<std::int64_t>& all) const {
    write(name, npy_of(all, "<i8", "(" + std::to_string(all.size()) + ",)"));
  }
  Outcome glia(std::vector<std::string> words) const {
    words.insert(words.begin(), {"timeout", "60", GLIA_BINARY_DIR "/bin/glia"});
    return run_command(words, {{"GLIA_CACHE_DIR", "off"}}, folder.path().string());
  }
  /// That the command ends with an error of these words, and without a word of our insides.
  void refused(const std::vector<std::string>& words, const std::string& what,
               const std::string& hint) const {
    const auto told = glia(words);
    INFO(words[0] << ' ' << words[1] << ": " << told.code << ' ' << told.err);
    CHECK((told.code == 1 || told.code == 2));
    CHECK_THAT(told.err, Contains(what) && Contains(hint) && !Contains("internal error") &&
                             !Contains("std::") && !Contains("vector::"));
  }
};

}  // namespace

TEST_CASE("What is wrong with labels of either split is told where the file is checked") {
  const Desk d;
  REQUIRE(d.glia({"validate", "p.toml"}).code == 0);
  for (const std::string command : {"validate", "run"}) {
    d.labels("y.npy", {0, 0, 0, 0, 0, 0});
    d.refused({command, "p.toml"}, "t.npy: sample 1 has label 1, expected 0 to 0",
              "the training labels are all 0");
    d.labels("t.npy", {0, 0, 0, 0, 0, 0});
    d.refused({command, "p.toml"}, "a classifier needs two classes or more",
              "give the file of the labels");
    d.labels("y.npy", {0, 1, 2, 0, 1, 2});
    d.labels("t.npy", {1, 2, 3, 1, 2, 3});
    d.refused({command, "p.toml"}, "t.npy: sample 2 has label 3, expected 0 to 2",
              "those of the training samples are numbered from 0: save LABELS - 1");
    d.labels("t.npy", {0, 1, 2, 3, 1, 2});
    d.refused({command, "p.toml"}, "t.npy: sample 3 has label 3", "say classes = 4");
    d.labels("t.npy", {0, 1, 2, 0, 1});
    d.refused({command, "p.toml"}, "inputs and targets do not match: ", "t.npy 5");
    d.labels("t.npy", {0, 1, 2, 0, 1, 2});
  }
}

TEST_CASE("Whole numbers of an array that a float32 does not hold are told, and odd forms") {
  const Desk d;
  const auto told = [&](const std::string& what) {
    for (const std::string command : {"validate", "run"}) {
      const auto outcome = d.glia({command, "p.toml"});
      INFO(command << ": " << outcome.err);
      CHECK(outcome.code == 0);
      CHECK_THAT(outcome.err, Contains(what));
    }
  };
  const auto x = [&](const std::string& bytes) { d.write("x.npy", bytes); };
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  x(npy_of<std::int64_t>({1, 2, 3, 16777217, 5, 6, 7, 8, 9, 10, 11, 16777219}, "<i8", "(6, 2)"));
  told(
      "x.npy: numbers become float32, which tells seven digits apart: sample 1: 16777217 "
      "becomes 16777216, and 1 more");
  CHECK_THAT(d.glia({"predict", "r", "x.npy"}).err, Contains("sample 1: 16777217 becomes"));
  x(npy_of<double>({1, 2, 3, 16777217, 5, 6, 7, 8, 9, 1e30, 11.1, 12}, "<f8", "(6, 2)"));
  told("sample 1: 16777217 becomes 16777216;");
  x(npy_of<double>({1, 2, 3, 1e-60, 5, 6, 7, 8, 9, 10, 11, 12}, "<f8", "(6, 2)"));
  told("sample 1: 1e-60 becomes 0;");
  x(npy_of<double>({1, 1.7e9 + .25, 2, 1.7e9 + .5, 3, 1.7e9 + .75, 4, 1.7e9, 5, 1, 6, 2}, "<f8",
                   "(6, 2)"));
  told(
      "x.npy: numbers become float32, which tells seven digits apart: number 1 of the samples: "
      "1700000000 and 1700000000.25 become the same; of 6 different numbers 3 are left");
  CHECK_THAT(d.glia({"predict", "r", "x.npy"}).err, Contains("1700000000.25 become the same"));
  x(npy_of<double>({1, 1e9, .1, .2, 1.1, 1.2, 4.7, 5.9, 6.1, 7.3, 8.3, 9.7}, "<f8", "(6, 2)"));
  CHECK_THAT(d.glia({"validate", "p.toml"}).err, !Contains("float32"));
  d.labels("y.npy", {0, 1, 3, 0, 1, 3});
  d.labels("t.npy", {0, 1, 3, 0, 1, 3});
  const auto gap =
      d.glia({"run", "p.toml", "network.n.pattern=[{ wave = \"linear\", width = 4 }]"});
  CHECK(gap.code == 0);
  CHECK_THAT(gap.err, Contains("1 of 4 classes never occur among its training samples: 2"));
  x(npy_of<float>({}, "<f4", "(6, 0)"));
  d.refused({"validate", "p.toml"}, "x.npy: its samples hold no numbers: the array is 6 x 0", "");
  const std::string jpeg("\xFF\xD8\xFF\xE0\0\x10JFIF\0", 11);
  d.write("photo.jpg", jpeg);
  d.refused({"predict", "r", "photo.jpg"}, "photo.jpg is a JPEG picture",
            "save it as PNG: convert");
  d.write("photo.png", jpeg);
  d.refused({"predict", "r", "photo.png"}, "photo.png is a JPEG picture",
            "save it as PNG: convert");
}

TEST_CASE("Numbers that do not fit are told so, and not called text alone") {
  const Desk d;
  const auto said = [&](const std::string& value, const std::string& hint) {
    d.refused({"validate", "p.toml", "head.h.train." + value}, "head.h.train." + value, hint);
  };
  said("epochs=9223372036854775808", "whole numbers go from");
  said("epochs=-9223372036854775809", "whole numbers go from");
  said("epochs=010", "leave out the zeros in front");
  said("learning_rate=1e400", "numbers go up to 1.797e308");
  said("epochs=12a", "not text \"12a\"");
  d.refused({"run", "p.toml", "dataset.d.validation=1e308"}, "keeps 6 of them",
            "leaves some of both");
  d.write("x.npy", npy_of<double>({1e39, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, "<f8", "(6, 2)"));
  d.refused({"run", "p.toml"}, "x.npy: sample 0 has a NaN or infinite value",
            "or one that a float32 cannot hold");
}

TEST_CASE("What is no table and no samples is told by its start, however large it is") {
  const Desk d;
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  d.write("zeros", "");
  fs::resize_file(d.folder / "zeros", std::uintmax_t{200} << 30);
  d.refused({"predict", "r", "zeros"}, "zeros is no file that can be read as samples", "give a");
  fs::rename(d.folder / "zeros", d.folder / "zeros.safetensors");
  d.refused({"validate", "p.toml", "network.n.weights=zeros.safetensors"},
            "the header is not valid JSON", "not a safetensors file");
  fs::rename(d.folder / "zeros.safetensors", d.folder / "zeros");
  const std::string table =
      "dataset.d={ plugin = \"csv\", train_file = \"F\", test_file = \"F\", target = \"y\" }";
  const auto of = [&](const std::string& file) {
    std::string text = table;
    for (auto at = text.find("\"F\""); at != std::string::npos; at = text.find("\"F\"")) {
      text.replace(at + 1, 1, file);
    }
    return text;
  };
  d.refused({"validate", "p.toml", of("zeros")}, "zeros: is no text: its byte 0 is zero",
            "in UTF-8");
  d.write("wide.csv", std::string("x\0,\0y\0\n\0"
                                  "1\0,\0"
                                  "0\0\n\0",
                                  16));  // UTF-16
  d.refused({"validate", "p.toml", of("wide.csv")}, "is no text: its byte 1", "in UTF-8");
  REQUIRE(run_command({"python3", "-c",
                       "import gzip\n"
                       "with gzip.open('bomb.gz', 'wb') as f:\n"
                       "  for _ in range(64): f.write(bytes(1 << 20))\n"
                       "part = gzip.compress(b'1' * (64 << 20), 1)\n"
                       "open('long.gz', 'wb').write(part * 17)\n"},
                      {}, d.folder.path().string())
              .code == 0);
  d.refused({"predict", "r", "bomb.gz"}, "bomb.gz is no file that can be read as samples", "give");
  d.refused({"predict", "r", "long.gz"}, "unpacks to more than 1073741824 bytes", "in parts");
}

TEST_CASE("Headers of arrays are as NumPy writes them, or refused in a line") {
  const Desk d;
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  std::string many = "(";
  for (int i = 0; i < 100'000; ++i) many += "1, ";
  d.write("many.npy", npy_of<float>({1}, "<f4", many + "1)", 2));
  d.refused({"validate", "p.toml", "dataset.d.train_inputs=many.npy"}, "damaged header", "axes");
  d.refused({"predict", "r", "many.npy"}, "damaged header: it has more axes", "numpy.save");
  const auto told = d.glia({"compile", "many.npy", "-o", "out"});
  CHECK(told.code == 1);
  CHECK(told.err.size() < 1000);
  const std::vector<double> four{1, 2, 3, 4};
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"(2, 2", "damaged header: shape"},
      {"(4,)", "and no matrix"},
      {"(2, 2, 1)", "and no matrix"},
      {"(2e0, 2)", "damaged header: shape"},
      {"(99999999999, 2)", "truncated: its shape asks for"},
      {"(2, 2), 'shape': (4, 1)", "it has 'shape' twice"}};
  for (const auto& [shape, what] : wrong) {
    d.write("m.npy", npy_of(four, "<f8", shape));
    INFO(shape);
    d.refused({"compile", "m.npy", "-o", "out", "--activation", "relu"}, "m.npy: ", "numpy.save");
    d.refused({"compile", "m.npy", "-o", "out", "--activation", "relu"}, what, "numpy.save");
  }
  for (const std::string shape : {"(2, 2)", "(2,2)"}) {
    d.write("m.npy", npy_of(four, "<f8", shape));
    INFO(shape);
    CHECK(d.glia({"compile", "m.npy", "-o", "out" + std::to_string(shape.size()), "--activation",
                  "relu"})
              .code == 0);
  }
}

TEST_CASE("A matrix that nobody could wait for is refused before it is built") {
  const Desk d;
  std::string row = "1";
  for (int i = 1; i < 100'000; ++i) row += ",1";
  d.write("wide.json", "{\"layers\": [{\"weight\": [[" + row + "]]}]}");
  d.refused({"compile", "wide.json", "-o", "out"}, "wide.json takes at least 50000 rows",
            "narrower layers");
  d.write("deep.json", std::string(200'000, '['));
  d.refused({"compile", "deep.json", "-o", "out"}, "deep.json: ", "nests more than 100 deep");
}

TEST_CASE("A named pipe in the place of a run's log stops nobody") {
  const Desk d;
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  fs::remove(d.folder / "r/log.txt");
  REQUIRE(::mkfifo((d.folder / "r/log.txt").c_str(), 0600) == 0);
  d.refused({"resume", "r"}, "r/log.txt is no file", "remove it");
  fs::remove(d.folder / "r/log.txt");
  fs::create_directory(d.folder / "r/log.txt");
  d.refused({"resume", "r"}, "r/log.txt is no file", "remove it");
}

TEST_CASE("What a run was started with is sealed, and one that was changed is named") {
  const Desk d;
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  const auto whole = glia::read_file(d.folder / "r/run.json");
  auto edited = whole;
  edited.replace(edited.find("p.toml"), 6, "q.toml");
  d.write("r/run.json", edited);
  for (const std::string command : {"resume", "evaluate"}) {
    d.refused({command, "r"}, "run.json: was changed since glia wrote it", "put it back");
  }
  auto torn = whole;  // without its seal it is none of this version
  torn.replace(torn.find("\"sha256\""), 8, "\"sha257\"");
  d.write("r/run.json", torn);
  d.refused({"resume", "r"}, "run.json: has no checksum", "or remove it");
  edited.replace(edited.find("glia-run/2"), 10, "glia-run/1");  // and that is no way round it
  d.write("r/run.json", edited);
  d.refused({"evaluate", "r"}, "run.json: was changed since glia wrote it", "put it back");
  fs::remove(d.folder / "r/run.json");
  fs::create_symlink("run.json", d.folder / "r/run.json");
  d.refused({"evaluate", "r"}, "Too many levels of symbolic links", "or remove it");
  fs::remove(d.folder / "r/run.json");  // as the hint says
  CHECK(d.glia({"resume", "r", "-q"}).code == 0);
  const auto origin = [&](const std::string& format) {
    return "{\"format\": \"" + format + "\", \"file\": \"" + (d.folder / "p.toml").string() +
           "\", \"cwd\": \"" + d.folder.path().string() + "\", \"plugin_path\": []}";
  };
  d.write("r/run.json", origin("glia-run/1"));  // of an older version
  CHECK(d.glia({"resume", "r", "-q"}).code == 0);
  d.write("r/run.json", origin("glia-run/3"));
  d.refused({"resume", "r"}, "run.json", "");
}

TEST_CASE("A first line of a table that is half names and half numbers is passed over by nobody") {
  const Desk d;
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  const auto table = [&](const std::string& text) { d.write("in.csv", text); };
  for (const std::string first : {"NA,1", "1,0x1p3", "1_0,2", "cat,0.5"}) {
    table(first + "\n3,4\n");
    d.refused({"predict", "r", "in.csv"}, "in.csv: line 1, column ", "mend the value");
  }
  table("1e39,1\n3,4\n");
  d.refused({"predict", "r", "in.csv"}, "greater than a float32 can be", "unit");
  table("1;2\n3;4\n");
  d.refused({"predict", "r", "in.csv"}, "has 1 columns of inputs", "separated by commas");
  table("1,2\r3,4\r");
  d.refused({"predict", "r", "in.csv"}, "carriage returns", "line feeds");
  const auto lines = [&](const std::string& text) {
    table(text);
    const auto told = d.glia({"predict", "r", "in.csv"});
    INFO(told.err);
    CHECK(told.code == 0);
    return std::count(told.out.begin(), told.out.end(), '\n');
  };
  CHECK(lines("1,2\n3,4\n") == 3);  // and one of names
  CHECK(lines("a,b\n1,2\n3,4\n") == 3);
  CHECK(lines("label,0,1\n2,1,2\n2,3,4\n") == 3);
  table("NA,-\n3,4\n");  // may be names, and then it is said which
  CHECK_THAT(
      d.glia({"predict", "r", "in.csv"}).err,
      Contains("in.csv: line 1 is taken for the names of its columns, and is no sample: NA, -"));
}

TEST_CASE("Counts and weights that no network can have are refused at the key that asks") {
  const Desk d;
  const std::string in_time =
      "network.n={ input = \"e\", cells = 3, steps = N, pattern = [{ wave = \"linear\", width = 3 "
      "}] }";
  for (const std::string steps : {"100001", "9223372036854775807"}) {
    std::string asked = in_time;
    d.refused({"validate", "p.toml", asked.replace(asked.find(" N,") + 1, 1, steps)},
              "steps = " + steps + ": a network in time has at most 100000 passes", "take fewer");
  }
  d.write("xor.toml", small_pipeline);
  d.refused({"validate", "xor.toml", "dataset.d.copies=10000001"}, "copies must be", "10000000");
  // No batch is larger than the set: one of 2^63 is an epoch of one batch, not of none.
  const auto results_of = [&](const std::string& batch, const std::string& out) {
    const auto told =
        d.glia({"run", "xor.toml", "-q", "-o", out, "head.h.train.batch_size=" + batch});
    INFO(told.err);
    CHECK(told.code == 0);
    return glia::read_file(d.folder / out / "results.csv");
  };
  const auto without_seconds = [](std::string text) { return text.substr(0, text.rfind(',')); };
  CHECK(without_seconds(results_of("4", "four")) ==
        without_seconds(results_of("9223372036854775807", "all")));

  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  for (const auto& [type, number] :
       {std::pair<std::string, double>{"F32", NAN}, {"F32", INFINITY}, {"F64", 1e39}}) {
    const bool wide = type == "F64";
    const float single = static_cast<float>(number);
    std::string numbers;
    for (int i = 0; i < 9; ++i) {
      numbers.append(
          wide ? reinterpret_cast<const char*>(&number) : reinterpret_cast<const char*>(&single),
          wide ? 8 : 4);
    }
    const auto size = wide ? 8 : 4;
    const std::string text = "{\"0.linear.weight\":{\"dtype\":\"" + type +
                             "\",\"shape\":[6],\"data_offsets\":[0," + std::to_string(6 * size) +
                             "]},\"0.linear.bias\":{\"dtype\":\"" + type +
                             "\",\"shape\":[3],\"data_offsets\":[" + std::to_string(6 * size) +
                             "," + std::to_string(9 * size) + "]}}";
    const std::uint64_t length = text.size();
    d.write("w.safetensors",
            std::string(reinterpret_cast<const char*>(&length), sizeof length) + text + numbers);
    INFO(type << ' ' << number);
    d.refused({"validate", "p.toml", "network.n.weights=w.safetensors"},
              "has a NaN or infinite value", "a training that did not diverge");
  }
}
