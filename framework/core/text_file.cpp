// SPDX-License-Identifier: MIT
#include "core/text_file.hpp"

#include "core/files.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace glia {
namespace {

struct Descriptor {
  int fd;
  ~Descriptor() { ::close(fd); }
};

}  // namespace

std::string read_text_file(const std::filesystem::path& path, std::uint64_t limit) {
  const Descriptor file{open_to_read(path)};
  struct stat info {};
  const bool known = ::fstat(file.fd, &info) == 0;
  std::string text;
  // A hole of a file is zeros: its size says nothing of what it takes to keep its text.
  if (known && static_cast<std::uint64_t>(info.st_size) <= limit &&
      info.st_blocks * 512 >= info.st_size) {
    text.reserve(static_cast<std::size_t>(info.st_size));
  }
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = ::read(file.fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(ErrorCode::io,
                  fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
    }
    if (got == 0) return text;
    const std::string_view bytes(buffer, static_cast<std::size_t>(got));
    if (const auto zero = bytes.find('\0'); zero != std::string_view::npos) {
      throw Error(ErrorCode::data, fmt::format("{}: is damaged, or no text: its byte {} is zero",
                                               path.string(), text.size() + zero));
    }
    if (text.size() + bytes.size() > limit) {
      throw Error(ErrorCode::io,
                  fmt::format("{} holds more than the {} bytes that such a file can have",
                              path.string(), limit));
    }
    text.append(bytes);
  }
}

}  // namespace glia
