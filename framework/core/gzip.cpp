// SPDX-License-Identifier: MIT
#include "core/gzip.hpp"

#include "core/files.hpp"

#include <glia/sdk/error.hpp>

#include <zlib.h>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

namespace glia {

void gunzip(const std::filesystem::path& path, const std::function<void(std::string_view)>& sink) {
  errno = 0;
  const int opened = open_to_read(path);
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzdopen(opened, "rb"), gzclose_r);
  if (!file) {
    ::close(opened);
    throw Error(ErrorCode::io,
                fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
  }
  std::vector<char> buffer(1 << 18);
  for (;;) {
    const int got = gzread(file.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
    // Without this check zlib hands out the bytes of a file that is not gzip as they are.
    if (gzdirect(file.get())) {
      throw Error(ErrorCode::data, path.string() + " is not a gzip file");
    }
    if (got > 0) sink({buffer.data(), static_cast<std::size_t>(got)});
    if (got == static_cast<int>(buffer.size())) continue;
    int status = Z_OK;
    std::string reason = gzerror(file.get(), &status);
    if (status == Z_OK || status == Z_STREAM_END) return;
    if (status == Z_ERRNO) {
      throw Error(ErrorCode::io,
                  fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
    }
    // zlib puts the path before its reason
    if (const auto at = reason.rfind(": "); at != std::string::npos) reason.erase(0, at + 2);
    throw Error(ErrorCode::data,
                fmt::format("{} is a damaged gzip file: {}", path.string(), reason));
  }
}

}  // namespace glia
