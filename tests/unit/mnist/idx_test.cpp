// SPDX-License-Identifier: MIT
#include "idx.hpp"

#include "catch.hpp"
#include "idx_files.hpp"

namespace {

const std::string hint = "\n  hint: get it again", foreign = "\n  hint: not ours";
const mnist::Remedies remedies{"get it again", "not ours"};

std::string image_complaint(const std::string& path) {
  return complaint([&] { mnist::Images(path, 28, 28, remedies)[0]; });
}

std::string label_complaint(const std::string& path) {
  return complaint([&] { mnist::Labels(path, 10, remedies); });
}

}  // namespace

TEST_CASE("images and labels are read alike from plain and gzipped files") {
  TempFolder folder;
  const std::string plain = folder / "plain", packed = folder / "packed.gz";
  const std::string unnamed = folder / "gzip-without-the-suffix", members = folder / "members.gz";
  put(plain, images(300));
  put(packed, gzipped(images(300)));
  put(unnamed, gzipped(images(300)));
  put(members, gzipped(images(300).substr(0, 1000)) + gzipped(images(300).substr(1000)));
  for (const auto& path : {plain, packed, unnamed, members}) {
    mnist::Images original(path, 28, 28, {});
    const mnist::Images read = std::move(original);
    REQUIRE(read.count() == 300);
    CHECK(read[0][0] == 0);
    CHECK(read[299][0] == 43);
    CHECK(read[299][783] == (299 + 783) % 256);
  }
  put(plain, labels(13));
  put(packed, gzipped(labels(13)));
  for (const auto& path : {plain, packed}) {
    const mnist::Labels read(path, 10, {});
    REQUIRE(read.count() == 13);
    CHECK(read[0] == 0);
    CHECK(read[12] == 2);
  }
}

TEST_CASE("a file that is not there, a directory, an empty file") {
  TempFolder folder;
  const std::string path = folder / "x";
  CHECK(image_complaint(path) == path + ": cannot be opened: No such file or directory" + foreign);
  CHECK(image_complaint(folder.path().string()) ==
        folder.path().string() + ": is a directory, expected a file" + foreign);
  CHECK(image_complaint("/dev/null") == "/dev/null: is not a regular file" + foreign);
  put(path, "");
  CHECK(image_complaint(path) == path + ": the file is empty" + hint);
}

TEST_CASE("files that are not IDX, or another kind of IDX") {
  TempFolder folder;
  const std::string path = folder / "x";
  put(path, "<html>no such page</html>");
  CHECK(image_complaint(path) ==
        path + ": bad magic number 0x3c68746d, expected 0x00000803 (IDX, images)" + foreign);
  put(path, big_endian(0xd01) + big_endian(1) + std::string(4, '\0'));  // floats
  CHECK(label_complaint(path) ==
        path + ": bad magic number 0x00000d01, expected 0x00000801 (IDX, labels)" + foreign);
  put(path, labels(3));
  CHECK(image_complaint(path) ==
        path + ": mislabelled: holds labels, but images are expected under this name" + foreign);
  put(path, images(3));
  CHECK(label_complaint(path) ==
        path + ": mislabelled: holds images, but labels are expected under this name" + foreign);
}

TEST_CASE("truncated files and trailing garbage, plain and gzipped") {
  TempFolder folder;
  const std::string path = folder / "x";
  const auto write = [&](const std::string& bytes, bool packed) {
    put(path, packed ? gzipped(bytes) : bytes);
  };
  for (const bool packed : {false, true}) {
    write(images(3).substr(0, 2000), packed);
    CHECK(image_complaint(path) ==
          path + ": truncated: 3 images of 28 x 28 make 2368 bytes, the file has 2000" + hint);
    write(images(3).substr(0, 11), packed);
    CHECK(image_complaint(path) ==
          path + ": truncated: the header alone has 16 bytes, the file 11" + hint);
    write(images(3).substr(0, 3), packed);
    CHECK(image_complaint(path) ==
          path + ": truncated: the header alone has 16 bytes, the file 3" + hint);
    write(images(3) + "abc", packed);
    CHECK(image_complaint(path) ==
          path + ": trailing garbage: 3 images of 28 x 28 make 2368 bytes, the file has 2371" +
              hint);
    write(labels(7).substr(0, 14), packed);
    CHECK(label_complaint(path) ==
          path + ": truncated: 7 labels make 15 bytes, the file has 14" + hint);
    write(labels(7) + "x", packed);
    CHECK(label_complaint(path) ==
          path + ": trailing garbage: 7 labels make 15 bytes, the file has 16" + hint);
  }
  put(path, image_header(0xffffffff));
  CHECK(image_complaint(path) == path +
                                     ": truncated: 4294967295 images of 28 x 28 make "
                                     "3367254359296 bytes, the file has 16" +
                                     hint);
}

TEST_CASE("wrong image size, no samples, a label out of range") {
  TempFolder folder;
  const std::string path = folder / "x";
  put(path, image_header(1, 32, 30) + std::string(960, '\0'));
  CHECK(image_complaint(path) == path + ": images are 32 x 30, expected 28 x 28" + foreign);
  put(path, images(0));
  CHECK(image_complaint(path) == path + ": holds no samples" + foreign);
  put(path, labels(0));
  CHECK(label_complaint(path) == path + ": holds no samples" + foreign);
  std::string bytes = labels(100);
  bytes[8 + 42] = 11;
  put(path, bytes);
  CHECK(label_complaint(path) ==
        path + ": label out of range: sample 42 has label 11, expected 0 to 9" + foreign);
}

TEST_CASE("damaged gzip files") {
  TempFolder folder;
  const std::string path = folder / "x.gz";
  const std::string packed = gzipped(images(20));
  put(path, packed.substr(0, packed.size() - 20));
  CHECK(image_complaint(path) == path + ": damaged gzip file: it ends too early" + hint);
  put(path, packed.substr(0, 5));
  CHECK(image_complaint(path) == path + ": damaged gzip file: it ends too early" + hint);
  std::string changed = packed;
  changed[changed.size() - 8] ^= 1;
  put(path, changed);
  CHECK(image_complaint(path) == path + ": damaged gzip file: incorrect data check" + hint);
}

TEST_CASE("a packed file tells its number of images before anything of them is unpacked") {
  TempFolder folder;
  const std::string path = folder / "x.gz", packed = gzipped(images(300));
  put(path, packed.substr(0, packed.size() / 2));
  const mnist::Images half(path, 28, 28, remedies);
  CHECK(half.count() == 300);
  for (int twice = 0; twice < 2; ++twice) {
    CHECK(complaint([&] { half[0]; }) == path + ": damaged gzip file: it ends too early" + hint);
  }
}
