// SPDX-License-Identifier: MIT
#include "array.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/Functions.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace npy {
namespace {

constexpr std::int64_t looked_at = std::int64_t{1} << 26;  // a moment, however long the file is

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw glia::Error(glia::ErrorCode::data, path + ": " + what);
}

}  // namespace

glia::NpyHeader read_header(const std::string& path) {
  std::error_code reason;
  const auto status = std::filesystem::status(path, reason);
  if (!std::filesystem::exists(status)) refuse(path, "there is no such file");
  if (std::filesystem::is_directory(status)) refuse(path, "is a folder, expected a .npy file");
  if (!std::filesystem::is_regular_file(status)) {  // a named pipe would wait for its writer
    refuse(path, "is a named pipe, a socket or a device, expected a file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(path, std::string("cannot be opened: ") + std::strerror(errno));
  const auto size = std::filesystem::file_size(path);
  std::string start(std::min<std::uintmax_t>(size, glia::most_npy_header), '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  return glia::read_npy_header(path, start, size);
}

at::Tensor map_array(const std::string& path) {
  const glia::NpyHeader header = read_header(path);
  if (header.bytes == 0) refuse(path, "holds no samples");
  const at::Tensor file = at::from_file(path, /*shared=*/false, header.offset + header.bytes,
                                        at::TensorOptions(at::kByte));
  // Headers are padded so that numbers are aligned; a foreign writer may not, and then we copy.
  at::Tensor data = file.narrow(0, header.offset, header.bytes);
  if (header.offset % static_cast<std::int64_t>(c10::elementSize(header.dtype)) != 0) {
    data = data.clone();
  }
  return at::from_blob(
      data.data_ptr(), header.shape, [data](void*) {}, at::TensorOptions(header.dtype));
}

std::string losses_of(const at::Tensor& array) {
  const std::int64_t n = array.numel();
  return glia::npy_losses(array.scalar_type(), array.data_ptr(), std::min(n, looked_at),
                          n / array.size(0));
}

}  // namespace npy
