// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "core/files.hpp"
#include "support.hpp"
#include "temp_folder.hpp"

#include <cmath>
#include <cstring>
#include <vector>

namespace {

using glia::Split;

/// The bytes of a .npy file: header of version 1, padded as NumPy does, then `data`.
template <class T>
std::string array(const std::string& descr, const std::string& shape, const std::vector<T>& data,
                  const std::string& order = "False") {
  std::string header =
      "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  file += header;
  file.append(reinterpret_cast<const char*>(data.data()), data.size() * sizeof(T));
  return file;
}

/// Three training samples of 2 x 2 bytes with labels, two test samples.
class Set {
 public:
  Set() {
    put("x", array<std::uint8_t>("|u1", "(3, 2, 2)", {0, 51, 102, 255, 1, 2, 3, 4, 5, 6, 7, 8}));
    put("y", array<std::int64_t>("<i8", "(3,)", {2, 0, 1}));
    put("tx", array<float>("<f4", "(2, 4)", {0, 1, 2, 3, 4, 5, 6, 7}));
    put("ty", array<std::int32_t>("<i4", "(2,)", {1, 2}));
  }

  void put(const std::string& name, const std::string& bytes) {
    glia::write_file(folder_ / (name + ".npy"), bytes);
  }
  std::string path(const std::string& name) const { return (folder_ / (name + ".npy")).string(); }

  std::unique_ptr<glia::Dataset> make(glia::ValueMap extra = {}) const {
    glia::ValueMap values{{"train_inputs", path("x")},
                          {"train_targets", path("y")},
                          {"test_inputs", path("tx")},
                          {"test_targets", path("ty")}};
    values.merge(extra);
    return parts::dataset("npy", values);
  }

  /// What is wrong with the set, without the folder's name.
  std::string complaint(glia::ValueMap extra = {}) const {
    std::string text = parts::complaint([&] {
      const auto set = make(extra);
      set->open();
      for (const Split split : {Split::train, Split::test}) {
        const bool labels = set->spec().classes > 0;
        const auto n = static_cast<std::size_t>(set->size(split));
        std::vector<std::int64_t> order(n), label(labels ? n : 0);
        for (std::size_t i = 0; i < n; ++i) order[i] = static_cast<std::int64_t>(i);
        std::vector<float> x(n * static_cast<std::size_t>(set->spec().features()));
        std::vector<float> y(n * static_cast<std::size_t>(labels ? 0 : set->spec().target_width));
        set->read(split, order, x, label, y);
      }
    });
    const std::string folder = folder_.path().string() + '/';
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.erase(at, folder.size());
    }
    return text;
  }

 private:
  TempFolder folder_;
};

}  // namespace

TEST_CASE("the exclusive or has four patterns, as often as one likes") {
  const auto set = parts::dataset("xor", {{"copies", std::int64_t{3}}});
  CHECK(set->spec().features() == 2);
  CHECK(set->spec().classes == 0);
  CHECK(set->spec().target_width == 1);
  set->open();
  CHECK(set->size(Split::train) == 12);
  CHECK(set->size(Split::test) == 4);
  std::vector<float> x(10), y(5);
  set->read(Split::train, std::vector<std::int64_t>{0, 1, 2, 3, 6}, x, {}, y);
  CHECK(x == std::vector<float>{0, 0, 0, 1, 1, 0, 1, 1, 1, 0});
  CHECK(y == std::vector<float>{0, 1, 1, 0, 1});
  CHECK_THROWS_AS(set->read(Split::test, std::vector<std::int64_t>{4}, std::span(x).first(2), {},
                            std::span(y).first(1)),
                  glia::Error);
}

TEST_CASE("a level is the part that a number lies in, which has mean 0 and variance 1") {
  const glia::ValueMap values{{"levels", std::int64_t{5}}, {"train", std::int64_t{2000}}};
  const auto set = parts::dataset("levels", values), again = parts::dataset("levels", values);
  CHECK(set->spec().features() == 1);
  CHECK(set->spec().classes == 5);
  set->open(), again->open();
  REQUIRE(set->size(Split::train) == 2000);
  std::vector<std::int64_t> all(2000), labels(2000), same_labels(2000), counts(5);
  std::iota(all.begin(), all.end(), 0);
  std::vector<float> x(2000), same(2000), test(2000);
  set->read(Split::train, all, x, labels, {});
  again->read(Split::train, all, same, same_labels, {});
  CHECK(x == same);
  set->read(Split::test, all, test, same_labels, {});
  CHECK(x != test);
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    REQUIRE(labels[i] == static_cast<std::int64_t>((x[i] / std::sqrt(3.0F) + 1) / 2 * 5));
    sum += x[i], squares += x[i] * x[i];
    ++counts[static_cast<std::size_t>(labels[i])];
  }
  for (const auto count : counts) CHECK(count > 330);
  CHECK(sum / 2000 == Approx(0).margin(0.06));
  CHECK(squares / 2000 == Approx(1).epsilon(0.06));
}

TEST_CASE("NumPy arrays of any number type are inputs and labels") {
  const Set files;
  const auto set = files.make({{"divide_by", 255.0}});
  const auto spec = set->spec();
  CHECK(spec.shape == std::vector<std::int64_t>{2, 2});
  CHECK(spec.classes == 3);
  set->open();
  REQUIRE(set->size(Split::train) == 3);
  REQUIRE(set->size(Split::test) == 2);
  std::vector<float> x(8);
  std::vector<std::int64_t> y(2);
  set->read(Split::train, std::vector<std::int64_t>{2, 0}, x, y, {});
  CHECK(x == std::vector<float>{5 / 255.f, 6 / 255.f, 7 / 255.f, 8 / 255.f, 0, 0.2f, 0.4f, 1});
  CHECK(y == std::vector<std::int64_t>{1, 2});
  set->read(Split::test, std::vector<std::int64_t>{1, 0}, x, y, {});
  CHECK(x[0] == 4 / 255.f);
  CHECK(y == std::vector<std::int64_t>{2, 1});
}

TEST_CASE("NumPy arrays of real values are targets to regress on") {
  Set files;
  files.put("y", array<double>("<f8", "(3, 2)", {1, 2, 3, 4, 5, 6}));
  files.put("ty", array<float>("<f4", "(2, 2)", {1, 2, 3, 4}));
  const auto set = files.make();
  CHECK(set->spec().classes == 0);
  CHECK(set->spec().target_width == 2);
  set->open();
  std::vector<float> x(4), y(2);
  set->read(Split::train, std::vector<std::int64_t>{1}, x, {}, y);
  CHECK(y == std::vector<float>{3, 4});
}

TEST_CASE("arrays written anew are other data") {
  Set files;
  const std::string before = files.make()->identity();
  CHECK(files.make()->identity() == before);
  files.put("ty", array<std::int32_t>("<i4", "(2,)", {1, 1}));
  CHECK(files.make()->identity() != before);
}

TEST_CASE("every mistake in an array has its own message") {
  const std::string write = " | write it with numpy.save(FILE, ARRAY)";
  Set files;
  CHECK(files.complaint().empty());
  const auto broken = [](const std::string& name, const std::string& bytes) {
    Set set;
    set.put(name, bytes);
    return set.complaint();
  };
  const std::vector<float> four{1, 2, 3, 4};
  CHECK(broken("x", "hello") == "x.npy: is not a NumPy .npy file" + write);
  CHECK(broken("x", "PK\x03\x04 and so on") ==
        "x.npy: is a .npz archive, expected a .npy file" + write);
  CHECK(broken("x", std::string("\x93NUMPY\x09\x00\x10\x00", 10)) ==
        "x.npy: has format version 9, known are 1 to 3" + write);
  CHECK(broken("x", std::string("\x93NUMPY\x01\x00\x10\x00{'de", 14)) ==
        "x.npy: truncated: the header ends" + write);
  CHECK(broken("x", array<float>("<f4", "(3, 4)", four)) ==
        "x.npy: truncated: its shape asks for 48 bytes, it has 16" + write);
  CHECK(broken("x", array<float>("<f4", "(9223372036854775807, 4)", four)) ==
        "x.npy: truncated: its shape asks for far too many bytes, it has 16" + write);
  CHECK(broken("x", array<float>(">f4", "(1, 4)", four)) ==
        "x.npy: its numbers are big-endian ('>f4') | save ARRAY.astype('f4') instead");
  CHECK(broken("x", array<float>("<c8", "(2,)", four)) ==
        "x.npy: arrays of dtype '<c8' cannot be read | save ARRAY.astype('float32') or "
        ".astype('int64') instead");
  CHECK(broken("x", array<float>("<f4", "(2, 2)", four, "True")) ==
        "x.npy: its numbers are in Fortran order | save numpy.ascontiguousarray(ARRAY) instead");
  CHECK(broken("x", array<float>("<f4", "()", {1})) ==
        "x.npy: a single number, expected one row per sample");
  CHECK(broken("x", array<float>("<f4", "(0, 4)", {})) == "x.npy: holds no samples");
  CHECK(broken("x", array<float>("<f4", "(1, 4)", four)) ==
        "inputs and targets do not match: x.npy is 1 x 4, y.npy 3");
  CHECK(broken("tx", array<float>("<f4", "(2, 2)", four)) ==
        "tx.npy: samples have 2 numbers, those of x.npy have 4");
  CHECK(broken("ty", array<std::int32_t>("<i4", "(2,)", {1, 3})) ==
        "ty.npy: sample 1 has label 3, expected 0 to 2 | classes are counted in the training "
        "labels; if there are more, say classes = 4");
  CHECK(broken("y", array<std::int64_t>("<i8", "(3,)", {0, -1, 1})) ==
        "y.npy: has the label -1 (sample 1) | classes are numbered from 0: save "
        "numpy.unique(LABELS, return_inverse=True)[1] instead");
  CHECK(broken("ty", array<float>("<f4", "(2,)", {1, 2})) ==
        "ty.npy: expected one whole number (class) per sample | save LABELS.astype('int64'), one "
        "number per sample");
  CHECK(broken("tx", array<float>("<f4", "(2, 4)", {0, 1, 2, 3, 4, 5, std::nanf(""), 7})) ==
        "tx.npy: sample 1 has a NaN or infinite value, or one that a float32 cannot hold (3.4e38)");
  CHECK(files.complaint({{"classes", std::int64_t{2}}}) ==
        "y.npy: sample 0 has label 2, expected 0 to 1 | if there are more, say classes = 3");
  CHECK(files.complaint({{"classes", std::int64_t{7}}}).empty());
  files.put("y", array<float>("<f4", "(3,)", {1, 2, 3}));
  CHECK(files.complaint({{"classes", std::int64_t{7}}}) ==
        "y.npy: classes = 7, but its numbers are real values, not labels | save "
        "LABELS.astype('int64'), or leave out 'classes'");
  files.put("y", array<float>("<f4", "(3, 2)", {1, 2, 3, 4, 5, 6}));
  files.put("ty", array<float>("<f4", "(2,)", {1, 2}));
  CHECK(files.complaint() == "ty.npy: samples have 1 target values, those of y.npy have 2");
}

TEST_CASE("a part of the training samples may be for testing, of each class alike") {
  Set files;
  std::vector<float> inputs(40);
  std::iota(inputs.begin(), inputs.end(), 0.0F);
  std::vector<std::int64_t> labels(40);
  for (std::size_t i = 0; i < 40; ++i) labels[i] = i < 30 ? 0 : 1;
  files.put("x", array<float>("<f4", "(40, 1)", inputs));
  files.put("y", array<std::int64_t>("<i8", "(40,)", labels));
  const auto opened = [&](std::int64_t seed) {
    auto set = parts::dataset("npy", {{"train_inputs", files.path("x")},
                                      {"train_targets", files.path("y")},
                                      {"test", 0.2},
                                      {"test_seed", seed}});
    set->open();
    return set;
  };
  const auto samples_of = [](const glia::Dataset& set, Split split) {
    const auto n = static_cast<std::size_t>(set.size(split));
    std::vector<std::int64_t> order(n), label(n);
    std::iota(order.begin(), order.end(), 0);
    std::vector<float> x(n);
    set.read(split, order, x, label, {});
    for (std::size_t i = 0; i < n; ++i) CHECK(label[i] == (x[i] < 30 ? 0 : 1));
    return x;
  };
  const auto set = opened(1);
  const auto test = samples_of(*set, Split::test), train = samples_of(*set, Split::train);
  REQUIRE(test.size() == 8);
  CHECK(std::count_if(test.begin(), test.end(), [](float x) { return x < 30; }) == 6);
  std::vector<float> all = train;
  all.insert(all.end(), test.begin(), test.end());
  std::sort(all.begin(), all.end());
  CHECK(all == inputs);  // each sample once
  CHECK(samples_of(*opened(1), Split::test) == test);
  CHECK(samples_of(*opened(2), Split::test) != test);
  CHECK_THROWS_AS(
      set->read(Split::test, std::vector<std::int64_t>{8}, std::span(all).first(1), labels, {}),
      glia::Error);
  const auto said = [&](glia::ValueMap more) {
    more.merge(
        glia::ValueMap{{"train_inputs", files.path("x")}, {"train_targets", files.path("y")}});
    return parts::complaint([&] { parts::dataset("npy", more)->open(); });
  };
  CHECK(said({{"test", 0.001}}).find("of 40 samples leaves none to test with") !=
        std::string::npos);
}
