// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace glia {

/// SHA-256 of a stream of bytes (OpenSSL).
class GLIA_API Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::string_view bytes);
  /// 64 hexadecimal digits; the object is spent.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

GLIA_API std::string sha256_hex(std::string_view bytes);
/// Error (io) when the file cannot be read.
GLIA_API std::string sha256_of_file(const std::string& path);

}  // namespace glia
