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

std::uint32_t big_endian(View bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
         std::uint32_t{bytes[at + 2]} << 8 | std::uint32_t{bytes[at + 3]};
}

/// Bytes of an IDX file that begins like this, and one: more need not be unpacked to say that it
/// is wrong.
std::size_t enough(View bytes) {
  constexpr std::size_t most = std::size_t{1} << 33;
  if (bytes.size() < 16) return most;
  const std::uint64_t count = big_endian(bytes, 4);
  if (big_endian(bytes, 0) == labels_magic) return 8 + count + 1;
  if (big_endian(bytes, 0) != images_magic) return 1 << 16;
  const std::uint64_t rows = big_endian(bytes, 8), columns = big_endian(bytes, 12);
  if (rows > 4096 || columns > 4096) return 1 << 16;
  return std::min(most, 16 + count * rows * columns + 1);
}

/// Unpacks a whole gzip file, or as much of it as says that it is none of ours. Returns what is
/// wrong with it, or nullptr.
const char* unpack(View packed, std::vector<std::uint8_t>& out) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return "zlib cannot start";
  stream.next_in = const_cast<Bytef*>(packed.data());  // zlib does not write there
  stream.avail_in = static_cast<uInt>(packed.size());
  out.resize(std::min<std::size_t>(packed.size() * 4, std::size_t{1} << 26));
  std::size_t done = 0;
  const char* wrong = nullptr;
  for (;;) {
    if (done == out.size()) out.resize(out.size() * 2);
    const auto room = std::min<std::size_t>(out.size() - done, 1u << 30);
    stream.next_out = out.data() + done;
    stream.avail_out = static_cast<uInt>(room);
    const int status = inflate(&stream, Z_NO_FLUSH);
    done += room - stream.avail_out;
    if (done > 16 && done >= enough({out.data(), done})) break;
    if (status == Z_STREAM_END) {
      const View rest{stream.next_in, stream.avail_in};
      if (!is_gzip(rest)) {  // tapes fill up with zeros; all else is of another file
        const bool zeros = std::all_of(rest.begin(), rest.end(), [](auto b) { return b == 0; });
        if (!zeros) wrong = "it goes on behind its end";
        break;
      }
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
Bytes::Bytes(const std::string& path, const Remedies& remedies) {
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
  if (is_gzip(view_)) {
    const char* wrong = unpack(view_, unpacked_);
    ::munmap(std::exchange(mapping_, nullptr), mapped_);
    if (wrong) fail(path, std::string("damaged gzip file: ") + wrong, remedies.damaged);
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
               const Remedies& remedies)
    : bytes_(path, remedies) {
  constexpr std::size_t header = 16;
  const View bytes = bytes_.view();
  check_header(path, bytes, images_magic, header, remedies);
  const std::uint32_t count = big_endian(bytes, 4);
  const auto size = [](std::uint32_t r, std::uint32_t c) {
    return std::to_string(r) + " x " + std::to_string(c);
  };
  if (const std::uint32_t r = big_endian(bytes, 8), c = big_endian(bytes, 12);
      r != rows || c != columns) {
    fail(path, "images are " + size(r, c) + ", expected " + size(rows, columns), remedies.foreign);
  }
  if (count == 0) fail(path, "holds no samples", remedies.foreign);
  count_ = count;
  size_ = std::size_t{rows} * columns;
  check_length(path, header + count_ * size_, bytes.size(),
               std::to_string(count) + " images of " + size(rows, columns), remedies);
  pixels_ = bytes.subspan(header);
}

Labels::Labels(const std::string& path, std::uint32_t classes, const Remedies& remedies)
    : bytes_(path, remedies) {
  constexpr std::size_t header = 8;
  const View bytes = bytes_.view();
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
