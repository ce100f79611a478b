// SPDX-License-Identifier: MIT
#include "train/tensor_digest.hpp"

#include "core/hash.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <string_view>

namespace glia::train {

std::string digest_of(const NamedTensors& tensors,
                      const std::map<std::string, std::string>& metadata) {
  Sha256 hash;
  const auto add = [&](std::string_view text) {  // with its length: no two lists read alike
    hash.update(std::to_string(text.size()) + ':');
    hash.update(text);
  };
  for (const auto& [key, value] : metadata) {
    if (key == digest_key) continue;
    add(key);
    add(value);
  }
  for (const auto& [name, given] : tensors) {
    const at::Tensor tensor = given.detach().to(at::kCPU).contiguous();
    add(name);
    add(c10::toString(tensor.scalar_type()));
    add(c10::str(tensor.sizes()));
    add({static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()});
  }
  return hash.hex();
}

void check_digest(const SafetensorsFile& file, const std::filesystem::path& path, Digest digest,
                  const char* hint) {
  const auto found = file.metadata.find(digest_key);
  if (found == file.metadata.end() && digest == Digest::if_there) return;
  if (found != file.metadata.end() && found->second == digest_of(file.tensors, file.metadata)) {
    return;
  }
  throw Error(ErrorCode::data,
              path.string() + (found == file.metadata.end()
                                   ? ": has no digest: damaged, or of an older glia"
                                   : ": damaged: its content is not what was written"),
              hint);
}

}  // namespace glia::train
