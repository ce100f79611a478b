// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>

namespace mnist {

/// What to do about a file: one that is damaged can be replaced; one that is whole, but holds other
/// things than are wanted, is somebody's own and must not be.
struct Remedies {
  std::string damaged, foreign;
};

/// The bytes of a file: memory-mapped, or unpacked into memory when they are gzipped. Told apart by
/// the first bytes, not by the name.
class Bytes {
 public:
  Bytes() = default;
  /// Error (data): a directory, a named pipe, unreadable, damaged gzip. A remedy is the hint.
  Bytes(const std::string& path, const Remedies& remedies);
  Bytes(Bytes&& other) noexcept;
  Bytes& operator=(Bytes&& other) noexcept;
  ~Bytes();

  /// Whether there is something to unpack yet.
  bool packed() const;
  /// The first bytes, as many as the longest header has; all of a shorter file.
  std::span<const std::uint8_t> head() const { return head_; }
  /// All bytes; unpacks them when they are asked for first. Error (data) if that goes wrong.
  std::span<const std::uint8_t> all();

 private:
  void unpack_first(std::size_t most);

  std::string path_, remedy_;
  std::unique_ptr<std::uint8_t[]> unpacked_;
  void* mapping_ = nullptr;
  std::size_t mapped_ = 0;
  std::span<const std::uint8_t> view_, unpacked_view_, head_;
};

/// The images of an IDX file, `rows` x `columns` bytes each. A packed one is unpacked when the first
/// image is asked for: whoever has the latents already needs none. [thread-safe once made]
class Images {
 public:
  Images() = default;
  /// Error (data): everything of `Bytes`; not an IDX file of images, another size of image, none at
  /// all, too few or too many bytes, unless they are packed.
  Images(const std::string& path, std::uint32_t rows, std::uint32_t columns,
         const Remedies& remedies);

  std::size_t count() const { return count_; }
  /// Pixels of image `i`, row by row; `i` is below `count()`. Error (data) if a packed file turns out
  /// to be damaged, or to have too few or too many bytes.
  std::span<const std::uint8_t> operator[](std::size_t i) const;

 private:
  /// Written once, by whoever comes first.
  struct Pixels {
    std::once_flag once;
    Bytes bytes;
    std::span<const std::uint8_t> view;
  };

  /// Unpacks and checks what is not yet.
  void look() const;

  std::string path_, what_;
  Remedies remedies_;
  std::size_t count_ = 0;
  std::size_t size_ = 0;
  std::unique_ptr<Pixels> pixels_;
};

/// The labels of an IDX file, each below `classes`. [thread-safe once made]
class Labels {
 public:
  Labels() = default;
  /// Error (data): as `Images`, and a label out of range.
  Labels(const std::string& path, std::uint32_t classes, const Remedies& remedies);

  std::size_t count() const { return labels_.size(); }
  std::uint8_t operator[](std::size_t i) const { return labels_[i]; }

 private:
  Bytes bytes_;
  std::span<const std::uint8_t> labels_;
};

}  // namespace mnist
