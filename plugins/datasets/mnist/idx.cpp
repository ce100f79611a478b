// SPDX-License-Identifier: MIT
#include "idx.hpp"

#include <glia/sdk/error.hpp>

#include <zlib.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace mnist {
namespace {

using View = std::span<const std::uint8_t>;

constexpr std::uint32_t labels_magic = 0x00000801;  // unsigned bytes, one dimension
constexpr std::uint32_t images_magic = 0x00000803;  // unsigned bytes, three dimensions

[[noreturn]] void fail(const std::string& path, const std::string& what,
                       const std::string& remedy) {
  throw glia::Error(glia::ErrorCode::data, path + ": " + what, remedy);
}

bool is_gzip(View bytes) { return bytes.size() > 2 && bytes[0] == 0x1f && bytes[1] == 0x8b; }

/// Unpacks a whole gzip file. Returns what is wrong with it, or nullptr.
const char* unpack(View packed, std::vector<std::uint8_t>& out) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return "zlib cannot start";
  stream.next_in = const_cast<Bytef*>(packed.data());  // zlib does not write there
  stream.avail_in = static_cast<uInt>(packed.size());
  out.resize(packed.size() * 4);
  std::size_t done = 0;
  const char* wrong = nullptr;
  for (;;) {
    if (done == out.size()) out.resize(out.size() * 2);
    const auto room = std::min<std::size_t>(out.size() - done, 1u << 30);
    stream.next_out = out.data() + done;
    stream.avail_out = static_cast<uInt>(room);
    const int status = inflate(&stream, Z_NO_FLUSH);
    done += room - stream.avail_out;
    if (status == Z_STREAM_END) {
      if (!is_gzip({stream.next_in, stream.avail_in})) break;
      inflateReset(&stream);  // a gzip file may consist of several members
    } else if (status != Z_OK) {
      wrong = stream.msg ? stream.msg : "it ends too early";
      break;
    }
  }
  inflateEnd(&stream);
  out.resize(done);
  return wrong;
}

std::uint32_t big_endian(View bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
         std::uint32_t{bytes[at + 2]} << 8 | std::uint32_t{bytes[at + 3]};
}

std::string hexadecimal(std::uint32_t number) {
  char text[11];
  std::snprintf(text, sizeof text, "0x%08x", static_cast<unsigned>(number));
  return text;
}

void check_header(const std::string& path, View bytes, std::uint32_t expected, std::size_t header,
                  const std::string& remedy) {
  const bool want_images = expected == images_magic;
  const std::string want = want_images ? "images" : "labels";
  if (bytes.empty()) fail(path, "the file is empty", remedy);
  if (bytes.size() >= 4) {
    const std::uint32_t magic = big_endian(bytes, 0);
    if (magic == (want_images ? labels_magic : images_magic)) {
      fail(path,
           "mislabelled: holds " + std::string(want_images ? "labels" : "images") + ", but " +
               want + " are expected under this name",
           remedy);
    }
    if (magic != expected) {
      fail(path,
           "bad magic number " + hexadecimal(magic) + ", expected " + hexadecimal(expected) +
               " (IDX, " + want + ")",
           remedy);
    }
  }
  if (bytes.size() < header) {
    fail(path,
         "truncated: the header alone has " + std::to_string(header) + " bytes, the file " +
             std::to_string(bytes.size()),
         remedy);
  }
}

void check_length(const std::string& path, std::size_t expected, std::size_t actual,
                  const std::string& what, const std::string& remedy) {
  if (expected == actual) return;
  fail(path,
       (actual < expected ? "truncated: " : "trailing garbage: ") + what + " make " +
           std::to_string(expected) + " bytes, the file has " + std::to_string(actual),
       remedy);
}

}  // namespace

// Mapped by hand: a plugin links nothing but libglia, and this is all of it.
Bytes::Bytes(const std::string& path, const std::string& remedy) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail(path, std::string("cannot be opened: ") + std::strerror(errno), remedy);
  struct stat info {};
  ::fstat(fd, &info);
  const bool regular = S_ISREG(info.st_mode);
  mapped_ = regular ? static_cast<std::size_t>(info.st_size) : 0;
  int reason = 0;
  if (mapped_ > 0) {
    mapping_ = ::mmap(nullptr, mapped_, PROT_READ, MAP_PRIVATE, fd, 0);
    reason = errno;
    if (mapping_ == MAP_FAILED) mapping_ = nullptr;
  }
  ::close(fd);
  if (!regular) {
    fail(path, S_ISDIR(info.st_mode) ? "is a directory, expected a file" : "is not a regular file",
         remedy);
  }
  if (mapped_ == 0) return;
  if (!mapping_) fail(path, std::string("cannot be read: ") + std::strerror(reason), remedy);
  view_ = {static_cast<const std::uint8_t*>(mapping_), mapped_};
  if (is_gzip(view_)) {
    const char* wrong = unpack(view_, unpacked_);
    ::munmap(std::exchange(mapping_, nullptr), mapped_);
    if (wrong) fail(path, std::string("damaged gzip file: ") + wrong, remedy);
    view_ = unpacked_;
  }
}

Bytes::Bytes(Bytes&& other) noexcept { *this = std::move(other); }

// Neither a mapping nor a moved vector changes its address, so `view_` stays right.
Bytes& Bytes::operator=(Bytes&& other) noexcept {
  std::swap(unpacked_, other.unpacked_);
  std::swap(mapping_, other.mapping_);
  std::swap(mapped_, other.mapped_);
  std::swap(view_, other.view_);
  return *this;
}

Bytes::~Bytes() {
  if (mapping_) ::munmap(mapping_, mapped_);
}

Images::Images(const std::string& path, std::uint32_t rows, std::uint32_t columns,
               const std::string& remedy)
    : bytes_(path, remedy) {
  constexpr std::size_t header = 16;
  const View bytes = bytes_.view();
  check_header(path, bytes, images_magic, header, remedy);
  const std::uint32_t count = big_endian(bytes, 4);
  const auto size = [](std::uint32_t r, std::uint32_t c) {
    return std::to_string(r) + " x " + std::to_string(c);
  };
  if (const std::uint32_t r = big_endian(bytes, 8), c = big_endian(bytes, 12);
      r != rows || c != columns) {
    fail(path, "images are " + size(r, c) + ", expected " + size(rows, columns), remedy);
  }
  if (count == 0) fail(path, "holds no samples", remedy);
  count_ = count;
  size_ = std::size_t{rows} * columns;
  check_length(path, header + count_ * size_, bytes.size(),
               std::to_string(count) + " images of " + size(rows, columns), remedy);
  pixels_ = bytes.subspan(header);
}

Labels::Labels(const std::string& path, std::uint32_t classes, const std::string& remedy)
    : bytes_(path, remedy) {
  constexpr std::size_t header = 8;
  const View bytes = bytes_.view();
  check_header(path, bytes, labels_magic, header, remedy);
  const std::uint32_t count = big_endian(bytes, 4);
  if (count == 0) fail(path, "holds no samples", remedy);
  check_length(path, header + std::size_t{count}, bytes.size(), std::to_string(count) + " labels",
               remedy);
  labels_ = bytes.subspan(header);
  const auto wrong = std::find_if(labels_.begin(), labels_.end(),
                                  [&](std::uint8_t label) { return label >= classes; });
  if (wrong != labels_.end()) {
    fail(path,
         "label out of range: sample " + std::to_string(wrong - labels_.begin()) + " has label " +
             std::to_string(*wrong) + ", expected 0 to " + std::to_string(classes - 1),
         remedy);
  }
}

}  // namespace mnist
