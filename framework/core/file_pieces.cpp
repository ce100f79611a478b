// SPDX-License-Identifier: MIT
#include "core/file_pieces.hpp"

#include "core/files.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace glia {

void each_piece(const std::filesystem::path& path,
                const std::function<void(std::string_view)>& use) {
  const struct Closing {
    int fd;
    ~Closing() { ::close(fd); }
  } file{open_to_read(path)};
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = ::read(file.fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(ErrorCode::io,
                  fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
    }
    if (got == 0) return;
    use({buffer, static_cast<std::size_t>(got)});
  }
}

}  // namespace glia
