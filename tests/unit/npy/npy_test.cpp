// SPDX-License-Identifier: MIT
#include "array.hpp"
#include "catch.hpp"
#include "core/files.hpp"
#include "labels.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <sys/stat.h>

#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

using Catch::Matchers::Contains;

namespace {

/// A file as numpy.save writes it.
template <class T>
std::string npy_text(const std::string& dtype, const std::string& shape,
                     const std::vector<T>& all) {
  std::string header =
      "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': " + shape + ", }";
  header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 11, ' ');
  header += '\n';
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size() & 255);
  text += static_cast<char>(header.size() >> 8);
  return text + header +
         std::string(reinterpret_cast<const char*>(all.data()), all.size() * sizeof(T));
}

struct Labels {
  TempFolder folder;
  std::string path = (folder / "y.npy").string();

  std::int64_t count(const std::vector<std::int64_t>& all, std::int64_t given = 0) {
    glia::write_file(path, npy_text("<i8", '(' + std::to_string(all.size()) + ",)", all));
    return npy::count_classes(path, given);
  }
};

}  // namespace

TEST_CASE("Classes are counted where that is no guess") {
  Labels y;
  CHECK(y.count({0, 1, 2, 3, 1}) == 4);
  CHECK(y.count({0, 0}) == 1);
  CHECK(y.count({0, 2, 5, 7, 8, 9}) == 10);  // a few lack samples
  CHECK(y.count({1, 2, 3}, 7) == 7);
}

TEST_CASE("Labels that start at 1, marks, and numbers that are no class are named") {
  Labels y;
  CHECK_THROWS_WITH(y.count({1, 2, 3, 4, 1}),
                    Contains("the labels are 1 to 4, and the label 0 never occurs") &&
                        Contains("save LABELS - 1"));
  CHECK_THROWS_WITH(y.count({0, 1, 2, 255, 3}),
                    Contains("sample 3 has the label 255 (1 of 5 samples), but the labels "
                             "4 to 254 never occur"));
  std::vector<std::int64_t> many(200);
  std::iota(many.begin(), many.end(), 0);
  many.push_back(255);
  CHECK_THROWS_WITH(y.count(many), Contains("sample 200 has the label 255"));
  CHECK_THROWS_WITH(y.count({0, 1, std::numeric_limits<std::int64_t>::max()}),
                    Contains("sample 2 has the label 9223372036854775807"));
  CHECK_THROWS_WITH(y.count({std::numeric_limits<std::int64_t>::min(), 1}),
                    Contains("has the label -9223372036854775808 (sample 0)"));
  CHECK_THROWS_WITH(y.count({0, -1}), Contains("numpy.unique(LABELS, return_inverse=True)[1]"));
}

TEST_CASE("One-hot rows are called so") {
  Labels y;
  const std::vector<std::uint8_t> rows{1, 0, 0, 0, 0, 1};
  glia::write_file(y.path, npy_text("|u1", "(2, 3)", rows));
  CHECK_THROWS_WITH(
      npy::count_classes(y.path, 0),
      Contains("the labels are one-hot rows of 3 numbers") && Contains("argmax(axis=1)"));
  CHECK_THROWS_WITH(npy::count_classes(y.path, 3), Contains("one-hot"));
  glia::write_file(y.path, npy_text("|u1", "(3, 2)", std::vector<std::uint8_t>{1, 1, 0, 1, 5, 0}));
  CHECK_THROWS_WITH(npy::count_classes(y.path, 0),
                    Contains("expected one whole number (class) per sample, found 2"));
}

TEST_CASE("Labels of another file are held against the classes, with the right advice") {
  const auto labels = [](std::vector<std::int64_t> all) { return at::tensor(all, at::kLong); };
  CHECK_NOTHROW(npy::check_labels(labels({0, 1, 2}), "F", 3, true));
  CHECK_THROWS_WITH(
      npy::check_labels(labels({1, 2, 3}), "F", 3, false),
      Contains("sample 2 has label 3, expected 0 to 2") && Contains("save LABELS - 1"));
  CHECK_THROWS_WITH(npy::check_labels(labels({0, 9}), "F", 3, true), Contains("say classes = 10"));
  CHECK_THROWS_WITH(npy::check_labels(labels({0, -1}), "F", 3, true),
                    Contains("sample 1 has label -1"));
}

TEST_CASE("A file is read whole or refused: no second array, no special file, no strange shape") {
  const TempFolder folder;
  const std::string path = (folder / "x.npy").string();
  const std::vector<float> numbers{1, 2, 3, 4, 5, 6};
  const std::string one = npy_text("<f4", "(3, 2)", numbers);
  glia::write_file(path, one);
  CHECK(npy::read_header(path).shape == std::vector<std::int64_t>{3, 2});
  CHECK(npy::map_array(path)[2][1].item<float>() == 6);
  for (const auto& rest : {one, std::string("x"), std::string(4, '\0')}) {
    glia::write_file(path, one + rest);
    CHECK_THROWS_WITH(npy::read_header(path), Contains("another array"));
  }
  std::string twice = one;  // the spaces at the header's end have room for it
  const std::string more = "'descr': '<f8', }";
  twice.replace(twice.find('}'), more.size(), more);
  glia::write_file(path, twice);
  CHECK_THROWS_WITH(npy::read_header(path), Contains("it has 'descr' twice"));
  for (const std::string shape : {"(-3, 2)", "(3, 2", "3, 2)", "(3.5,)", "(3 2)", "(a,)", "(0x3,)",
                                  "(99999999999999999999,)"}) {
    glia::write_file(path, npy_text("<f4", shape, numbers));
    CHECK_THROWS_AS(npy::read_header(path), glia::Error);
  }
  const auto refused = [&](std::string text, const std::string& words) {
    glia::write_file(path, text);
    CHECK_THROWS_WITH(npy::read_header(path), Contains("x.npy: " + words));
  };
  refused(npy_text(">f4", "(3, 2)", numbers), "its numbers are big-endian ('>f4')");
  refused(npy_text("<c8", "(3, 1)", numbers), "arrays of dtype '<c8' cannot be read");
  refused(std::string(one).replace(one.find("False"), 5, "True "), "its numbers are in Fortran");
  refused(std::string(one).replace(6, 1, "\x04"), "has format version 4, known are 1 to 3");
  refused("PK\x03\x04 and more", "is a .npz archive");
  refused("numbers", "is not a NumPy .npy file");
  refused(one.substr(0, 40), "truncated: the header ends");
  refused(one.substr(0, one.size() - 1), "truncated: its shape asks for 24 bytes, it has 23");
  // Of version 2 the header's length has four bytes.
  std::string second = one;
  second[6] = '\x02';
  second.insert(10, 2, '\0');
  glia::write_file(path, second);
  CHECK(npy::map_array(path)[2][1].item<float>() == 6);  // not aligned: copied
  const std::string pipe = (folder / "pipe.npy").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_WITH(npy::read_header(pipe), Contains("a named pipe"));
  CHECK_THROWS_WITH(npy::read_header("/dev/zero"), Contains("a device"));
}
