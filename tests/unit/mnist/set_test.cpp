// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "core/fetch.hpp"
#include "idx_files.hpp"

#include <glia/sdk/plugin.hpp>

#include <thread>

extern "C" const glia::PluginEntry glia_entry;

namespace {

using glia::Split;

const glia::Descriptor& descriptor(const std::string& id) {
  for (const auto& d : glia_entry.descriptors()) {
    if (d.id == id) return d;
  }
  throw std::runtime_error("no dataset " + id);
}

std::unique_ptr<glia::Dataset> make(const std::string& id, glia::ValueMap values) {
  return descriptor(id).make_dataset(values);
}

/// 300 training and 40 test samples.
void put_set(const TempFolder& folder) {
  put(folder / "train-images-idx3-ubyte", images(300));
  put(folder / "train-labels-idx1-ubyte.gz", gzipped(labels(300)));
  put(folder / "t10k-images-idx3-ubyte.gz", gzipped(images(40)));
  put(folder / "t10k-labels-idx1-ubyte", labels(40));
}

struct Batch {
  std::vector<float> inputs;
  std::vector<std::int64_t> labels;
};

Batch read(const glia::Dataset& set, Split split, const std::vector<std::int64_t>& indices) {
  Batch batch{std::vector<float>(indices.size() * 784), std::vector<std::int64_t>(indices.size())};
  set.read(split, indices, batch.inputs, batch.labels, {});
  return batch;
}

/// Sets or removes a variable of the environment, and puts it back.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old, had_ = true;
    value ? setenv(name, value, 1) : unsetenv(name);
  }
  ~Variable() { had_ ? setenv(name_, old_.c_str(), 1) : unsetenv(name_); }

 private:
  const char* name_;
  std::string old_;
  bool had_ = false;
};

double mean(const glia::Dataset& set, Split split) {
  double sum = 0;
  std::vector<std::int64_t> indices(1000);
  for (std::int64_t at = 0; at < set.size(split); at += 1000) {
    for (std::size_t i = 0; i < indices.size(); ++i) {
      indices[i] = at + static_cast<std::int64_t>(i);
    }
    for (float x : read(set, split, indices).inputs) sum += x;
  }
  return sum / 784 / static_cast<double>(set.size(split));
}

}  // namespace

TEST_CASE("the shape is known before any file is opened") {
  for (const auto* id : {"mnist", "fashion"}) {
    const auto spec = make(id, {})->spec();
    CHECK(spec.shape == std::vector<std::int64_t>{28, 28});
    CHECK(spec.classes == 10);
    CHECK(spec.target_width == 0);
    CHECK(spec.class_names.size() == 10);
  }
  CHECK(make("mnist", {})->spec().class_names[7] == "7");
  CHECK(make("fashion", {})->spec().class_names[9] == "ankle boot");
  CHECK(descriptor("fashion").data_set == "fashion-mnist");
}

TEST_CASE("samples are read in any order and scaled to 0 .. 1") {
  TempFolder folder;
  put_set(folder);
  auto set = make("mnist", {{"path", folder.path().string()}});
  set->open();
  REQUIRE(set->size(Split::train) == 300);
  REQUIRE(set->size(Split::test) == 40);
  const Batch batch = read(*set, Split::train, {299, 0, 299});
  CHECK(batch.labels == std::vector<std::int64_t>{9, 0, 9});
  CHECK(batch.inputs[0] == 43 / 255.0f);
  CHECK(batch.inputs[784] == 0.0f);
  CHECK(batch.inputs[784 + 255] == 1.0f);
  CHECK(batch.inputs[2 * 784 + 783] == ((299 + 783) % 256) / 255.0f);
  CHECK(read(*set, Split::test, {39}).inputs[5] == 44 / 255.0f);
}

TEST_CASE("limits use the first samples only") {
  TempFolder folder;
  put_set(folder);
  const glia::ValueMap values{{"path", folder.path().string()},
                              {"train_limit", std::int64_t{25}},
                              {"test_limit", std::int64_t{1000}}};
  auto set = make("fashion", values);
  set->open();
  CHECK(set->size(Split::train) == 25);
  CHECK(set->size(Split::test) == 40);
  CHECK(read(*set, Split::train, {24}).labels[0] == 4);
}

TEST_CASE("indices and room are checked") {
  TempFolder folder;
  put_set(folder);
  auto set = make("mnist", {{"path", folder.path().string()}});
  set->open();
  const std::string internal = "not a data error: ";
  CHECK(complaint([&] {
          read(*set, Split::test, {3, 40});
        }) == internal + "mnist: sample 40 was asked for, but the test split has 40 samples");
  CHECK(complaint([&] { read(*set, Split::train, {-1}); }) ==
        internal + "mnist: sample -1 was asked for, but the train split has 300 samples");
  const std::vector<std::int64_t> two{0, 1};
  std::vector<float> pixels(784);
  std::vector<std::int64_t> numbers(2);
  CHECK(complaint([&] { set->read(Split::train, two, pixels, numbers, {}); }) ==
        internal + "mnist: room for 784 pixels, 2 labels and 0 values was offered for 2 samples");
}

TEST_CASE("a set that is nowhere: every folder tried is named, and how to get it") {
  TempFolder folder;
  const std::string base = folder.path().string();
  const Variable data_dir("GLIA_DATA_DIR", (base + "/own").c_str());
  const Variable data_home("XDG_DATA_HOME", (base + "/home").c_str());
  std::filesystem::create_directories(base + "/own/mnist");
  const std::string files =
      "'train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte' and "
      "'t10k-labels-idx1-ubyte', plain or .gz, looked for in";
  CHECK(complaint([&] { make("mnist", {})->open(); }) ==
        "MNIST was not found; " + files + "\n  " + base + "/own/mnist: none of the files\n  " +
            base + "/home/glia/data/mnist: no such folder\n" +
            "  /usr/share/datasets/mnist: no such folder\n  hint: glia data get mnist");

  put_set(folder);
  std::filesystem::remove(folder / "t10k-images-idx3-ubyte.gz");
  CHECK(complaint([&] {
          make("fashion", {{"path", base}})->open();
        }) == "Fashion-MNIST was not found; " + files + "\n  " + base +
                  ": lacks 't10k-images-idx3-ubyte'\n  hint: glia data get fashion -o " + base +
                  ", or leave out 'path' to search the usual folders");
  const std::string file = folder / "t10k-labels-idx1-ubyte";
  CHECK(complaint([&] {
          make("mnist", {{"path", file}})->open();
        }) == "MNIST was not found; " + files + "\n  " + file +
                  ": not a folder\n  hint: glia data get " + "mnist -o " + file +
                  ", or leave out 'path' to search the usual folders");
}

TEST_CASE("the first complete folder is used") {
  TempFolder folder;
  std::filesystem::create_directories(folder / "fashion-mnist");
  const Variable data_dir("GLIA_DATA_DIR", folder.path().c_str());
  const Variable data_home("XDG_DATA_HOME", folder.path().c_str());
  auto elsewhere = make("fashion", {});
  elsewhere->open();  // Debian's package: the first folder is empty
  CHECK(elsewhere->size(Split::train) == 60000);
  for (const auto* name : {"train-images-idx3-ubyte", "t10k-images-idx3-ubyte"}) {
    put(folder / ("fashion-mnist/" + std::string(name)), images(5));
  }
  for (const auto* name : {"train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"}) {
    put(folder / ("fashion-mnist/" + std::string(name)), labels(5));
  }
  auto here = make("fashion", {});
  here->open();
  CHECK(here->size(Split::train) == 5);
}

TEST_CASE("damage inside a set names the file and the way to replace it") {
  TempFolder folder;
  put_set(folder);
  const std::string base = folder.path().string();
  const std::string damaged =
      "\n  hint: a file of your own: write it anew; only if these are to "
      "be the files of MNIST: glia data get mnist -o " +
      base + " --force";
  const std::string hint =
      "\n  hint: these are not the files of MNIST: for data of your own save arrays with "
      "numpy.save "
      "and use the data set 'npy'; to get MNIST, glia data get mnist -o another folder";
  const auto open = [&] { make("mnist", {{"path", base}})->open(); };
  put(folder / "train-labels-idx1-ubyte.gz", gzipped(labels(299)));
  CHECK(complaint(open) == "images and labels do not match: 300 images in " + base +
                               "/train-images-idx3-ubyte, 299 labels in " + base +
                               "/train-labels-idx1-ubyte.gz" + hint);
  put_set(folder);
  put(folder / "t10k-labels-idx1-ubyte", labels(99).substr(0, 50));
  CHECK(complaint(open).find("t10k-labels-idx1-ubyte: truncated: ") != std::string::npos);
  CHECK(complaint(open).ends_with(damaged));
  put(folder / ".glia-downloads.json", "{}");  // as `glia data get` leaves it
  CHECK(complaint(open).ends_with("\n  hint: to replace damaged files: glia data get mnist -o " +
                                  base + " --force"));
  std::filesystem::remove(folder / "t10k-labels-idx1-ubyte");
  std::filesystem::create_directory(folder / "t10k-labels-idx1-ubyte");
  CHECK(complaint(open) ==
        base + "/t10k-labels-idx1-ubyte: is a directory, expected a file" + hint);
}

TEST_CASE("the real Fashion-MNIST of Debian's package") {
  const std::string folder = "/usr/share/datasets/fashion-mnist";
  for (const auto& file : descriptor("fashion").files) CHECK(glia::is_present(file, folder));
  auto set = make("fashion", {{"path", folder}});
  set->open();
  REQUIRE(set->size(Split::train) == 60000);
  REQUIRE(set->size(Split::test) == 10000);
  CHECK(mean(*set, Split::train) == Approx(0.2860).margin(5e-5));  // the published mean pixel
  const Batch first = read(*set, Split::train, {0, 1, 2, 3});
  CHECK(first.labels == std::vector<std::int64_t>{9, 0, 0, 3});
  std::vector<int> count(10);
  std::vector<std::int64_t> all(10000);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
  for (auto label : read(*set, Split::test, all).labels) {
    ++count.at(static_cast<std::size_t>(label));
  }
  CHECK(count == std::vector<int>(10, 1000));
}

TEST_CASE("the real MNIST, where $GLIA_TEST_MNIST says it is") {
  const char* folder = std::getenv("GLIA_TEST_MNIST");
  // A machine without MNIST still checks what its files would be held against.
  REQUIRE(descriptor("mnist").files.size() == 4);
  for (const auto& file : descriptor("mnist").files) {
    CHECK(file.sha256.size() == 64);
    CHECK(file.urls.size() == 2);
    if (folder) CHECK(glia::is_present(file, folder));
  }
  if (!folder) return;
  auto set = make("mnist", {{"path", std::string(folder)}});
  set->open();
  REQUIRE(set->size(Split::train) == 60000);
  REQUIRE(set->size(Split::test) == 10000);
  CHECK(mean(*set, Split::train) == Approx(0.1307).margin(5e-5));  // the published mean pixel
  CHECK(read(*set, Split::train, {0, 1, 2}).labels == std::vector<std::int64_t>{5, 0, 4});
}

TEST_CASE("reading from several threads gives what one thread reads") {
  TempFolder folder;
  put_set(folder);
  auto set = make("mnist", {{"path", folder.path().string()}});
  set->open();
  std::vector<std::int64_t> indices(300);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    indices[i] = static_cast<std::int64_t>(i * 7 % 300);
  }
  const Batch expected = read(*set, Split::train, indices);
  std::vector<Batch> got(4);
  std::vector<std::thread> threads;
  for (auto& batch : got) {
    threads.emplace_back([&] { batch = read(*set, Split::train, indices); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& batch : got) {
    CHECK(batch.labels == expected.labels);
    CHECK(batch.inputs == expected.inputs);
  }
}
