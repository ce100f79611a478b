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
constexpr std::size_t images_header = 16, longest_header = images_header;

[[noreturn]] void fail(const std::string& path, const std::string& what,
                       const std::string& remedy) {
  throw glia::Error(glia::ErrorCode::data, path + ": " + what, remedy);
}

bool is_gzip(View bytes) { return bytes.size() > 2 && bytes[0] == 0x1f && bytes[1] == 0x8b; }

std::uint32_t big_endian(View bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
         std::uint32_t{bytes[at + 2]} << 8 | std::uint32_t{bytes[at + 3]};
}

/// Bytes of an IDX file that begins like this, and some: more need not be unpacked to say that it
/// is wrong.
std::size_t enough(View bytes) {
  constexpr std::size_t most = std::size_t{1} << 33, some = 4096;
  if (bytes.size() < 16) return most;
  const std::uint64_t count = big_endian(bytes, 4);
  if (big_endian(bytes, 0) == labels_magic) return 8 + count + some;
  if (big_endian(bytes, 0) != images_magic) return 1 << 16;
  const std::uint64_t rows = big_endian(bytes, 8), columns = big_endian(bytes, 12);
  if (rows > 4096 || columns > 4096) return 1 << 16;
  return std::min(most, 16 + count * rows * columns + some);
}

struct Unpacked {
  std::unique_ptr<std::uint8_t[]> bytes;
  std::size_t size = 0;
  const char* wrong = nullptr;
};

/// The first `most` bytes of what a gzip file holds, all of it if that is less, and what is wrong
/// with it.
Unpacked unpack(View packed, std::size_t most) {
  constexpr std::size_t densest = 1032;  // what a byte of deflate can stand for
  most = std::min(most, (packed.size() + 1) * densest);
  Unpacked out{std::make_unique_for_overwrite<std::uint8_t[]>(most)};
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) {
    out.wrong = "zlib cannot start";
    return out;
  }
  stream.next_in = const_cast<Bytef*>(packed.data());  // zlib does not write there
  stream.avail_in = static_cast<uInt>(packed.size());
  while (out.size < most) {
    const auto room = std::min<std::size_t>(most - out.size, 1u << 30);
    stream.next_out = out.bytes.get() + out.size;
    stream.avail_out = static_cast<uInt>(room);
    const int status = inflate(&stream, Z_NO_FLUSH);
    out.size += room - stream.avail_out;
    if (status == Z_STREAM_END) {
      const View rest{stream.next_in, stream.avail_in};
      if (!is_gzip(rest)) {  // tapes fill up with zeros; all else is of another file
        const bool zeros = std::all_of(rest.begin(), rest.end(), [](auto b) { return b == 0; });
        if (!zeros) out.wrong = "it goes on behind its end";
        break;
      }
      inflateReset(&stream);  // a gzip file may consist of several members
    } else if (status != Z_OK) {
      out.wrong = stream.msg ? stream.msg : "it ends too early";
      break;
    }
  }
  inflateEnd(&stream);
  return out;
}

std::string hexadecimal(std::uint32_t number) {
  char text[11];
  std::snprintf(text, sizeof text, "0x%08x", static_cast<unsigned>(number));
  return text;
}

void check_header(const std::string& path, View bytes, std::uint32_t expected, std::size_t header,
                  const Remedies& remedies) {
  const bool want_images = expected == images_magic;
  const std::string want = want_images ? "images" : "labels";
  if (bytes.empty()) fail(path, "the file is empty", remedies.damaged);
  if (bytes.size() >= 4) {
    const std::uint32_t magic = big_endian(bytes, 0);
    if (magic == (want_images ? labels_magic : images_magic)) {
      fail(path,
           "mislabelled: holds " + std::string(want_images ? "labels" : "images") + ", but " +
               want + " are expected under this name",
           remedies.foreign);
    }
    if (magic != expected) {
      fail(path,
           "bad magic number " + hexadecimal(magic) + ", expected " + hexadecimal(expected) +
               " (IDX, " + want + ")",
           remedies.foreign);
    }
  }
  if (bytes.size() < header) {
    fail(path,
         "truncated: the header alone has " + std::to_string(header) + " bytes, the file " +
             std::to_string(bytes.size()),
         remedies.damaged);
  }
}

void check_length(const std::string& path, std::size_t expected, std::size_t actual,
                  const std::string& what, const Remedies& remedies) {
  if (expected == actual) return;
  fail(path,
       (actual < expected ? "truncated: " : "trailing garbage: ") + what + " make " +
           std::to_string(expected) + " bytes, the file has " + std::to_string(actual),
       remedies.damaged);
}

}  // namespace

// Mapped by hand: a plugin links nothing but libglia, and this is all of it.
// Begins as an empty one, so that a failure on the way unmaps too.
Bytes::Bytes(const std::string& path, const Remedies& remedies) : Bytes() {
  path_ = path;
  remedy_ = remedies.damaged;
  // Without waiting: a named pipe would wait for whoever writes to it.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    fail(path, std::string("cannot be opened: ") + std::strerror(errno), remedies.foreign);
  }
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
         remedies.foreign);
  }
  if (mapped_ == 0) return;
  if (!mapping_)
    fail(path, std::string("cannot be read: ") + std::strerror(reason), remedies.foreign);
  view_ = {static_cast<const std::uint8_t*>(mapping_), mapped_};
  head_ = view_.first(std::min(view_.size(), longest_header));
  if (packed()) unpack_first(longest_header);
}

bool Bytes::packed() const { return mapping_ && is_gzip(view_); }

void Bytes::unpack_first(std::size_t most) {
  auto found = unpack(view_, most);
  if (found.wrong) fail(path_, std::string("damaged gzip file: ") + found.wrong, remedy_);
  unpacked_ = std::move(found.bytes);
  unpacked_view_ = {unpacked_.get(), found.size};
  head_ = unpacked_view_.first(std::min(found.size, longest_header));
}

View Bytes::all() {
  if (!packed()) return view_;
  unpack_first(enough(head_));
  ::munmap(std::exchange(mapping_, nullptr), mapped_);
  return view_ = unpacked_view_;
}

Bytes::Bytes(Bytes&& other) noexcept { *this = std::move(other); }

// Neither a mapping nor what was unpacked changes its address, so the views stay right.
Bytes& Bytes::operator=(Bytes&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(remedy_, other.remedy_);
  std::swap(unpacked_, other.unpacked_);
  std::swap(mapping_, other.mapping_);
  std::swap(mapped_, other.mapped_);
  std::swap(view_, other.view_);
  std::swap(unpacked_view_, other.unpacked_view_);
  std::swap(head_, other.head_);
  return *this;
}

Bytes::~Bytes() {
  if (mapping_) ::munmap(mapping_, mapped_);
}

Images::Images(const std::string& path, std::uint32_t rows, std::uint32_t columns,
               const Remedies& remedies)
    : path_(path), remedies_(remedies), pixels_(std::make_unique<Pixels>()) {
  pixels_->bytes = Bytes(path, remedies);
  const View head = pixels_->bytes.head();
  check_header(path, head, images_magic, images_header, remedies);
  const std::uint32_t count = big_endian(head, 4);
  const auto size = [](std::uint32_t r, std::uint32_t c) {
    return std::to_string(r) + " x " + std::to_string(c);
  };
  if (const std::uint32_t r = big_endian(head, 8), c = big_endian(head, 12);
      r != rows || c != columns) {
    fail(path, "images are " + size(r, c) + ", expected " + size(rows, columns), remedies.foreign);
  }
  if (count == 0) fail(path, "holds no samples", remedies.foreign);
  count_ = count;
  size_ = std::size_t{rows} * columns;
  what_ = std::to_string(count) + " images of " + size(rows, columns);
  if (!pixels_->bytes.packed()) look();
}

void Images::look() const {
  std::call_once(pixels_->once, [&] {
    const View bytes = pixels_->bytes.all();
    check_length(path_, images_header + count_ * size_, bytes.size(), what_, remedies_);
    pixels_->view = bytes.subspan(images_header);
  });
}

View Images::operator[](std::size_t i) const {
  look();
  return pixels_->view.subspan(i * size_, size_);
}

Labels::Labels(const std::string& path, std::uint32_t classes, const Remedies& remedies)
    : bytes_(path, remedies) {
  constexpr std::size_t header = 8;
  const View bytes = bytes_.all();
  check_header(path, bytes, labels_magic, header, remedies);
  const std::uint32_t count = big_endian(bytes, 4);
  if (count == 0) fail(path, "holds no samples", remedies.foreign);
  check_length(path, header + std::size_t{count}, bytes.size(), std::to_string(count) + " labels",
               remedies);
  labels_ = bytes.subspan(header);
  const auto wrong = std::find_if(labels_.begin(), labels_.end(),
                                  [&](std::uint8_t label) { return label >= classes; });
  if (wrong != labels_.end()) {
    fail(path,
         "label out of range: sample " + std::to_string(wrong - labels_.begin()) + " has label " +
             std::to_string(*wrong) + ", expected 0 to " + std::to_string(classes - 1),
         remedies.foreign);
  }
}

}  // namespace mnist
