// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

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

  std::span<const std::uint8_t> view() const { return view_; }

 private:
  std::vector<std::uint8_t> unpacked_;
  void* mapping_ = nullptr;
  std::size_t mapped_ = 0;
  std::span<const std::uint8_t> view_;
};

/// The images of an IDX file, `rows` x `columns` bytes each. [thread-safe once made]
class Images {
 public:
  Images() = default;
  /// Error (data): everything of `Bytes`; not an IDX file of images, another size of image, none at
  /// all, too few or too many bytes.
  Images(const std::string& path, std::uint32_t rows, std::uint32_t columns,
         const Remedies& remedies);

  std::size_t count() const { return count_; }
  /// Pixels of image `i`, row by row; `i` is below `count()`.
  std::span<const std::uint8_t> operator[](std::size_t i) const {
    return pixels_.subspan(i * size_, size_);
  }

 private:
  Bytes bytes_;
  std::size_t count_ = 0;
  std::size_t size_ = 0;
  std::span<const std::uint8_t> pixels_;
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
