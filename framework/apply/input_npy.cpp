// SPDX-License-Identifier: MIT
#include "apply/input.hpp"
#include "core/log.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/npy.hpp>

#include <ATen/ATen.h>

#include <cstring>

namespace glia::apply {

Samples read_npy(const std::string& path, std::string_view bytes, const SampleSpec& wanted,
                 const Scaling& scaling) {
  const NpyHeader header = read_npy_header(path, bytes, bytes.size());
  const auto& shape = header.shape;
  if (header.bytes == 0 || shape.empty()) {
    throw Error(ErrorCode::data, path + ": holds no samples",
                "write it with numpy.save(FILE, ARRAY)");
  }
  // A single sample needs no extra axis; several of one number each are a row of numbers.
  const bool one = shape == wanted.shape && shape.size() > 1;
  std::vector<std::int64_t> form(one ? shape.begin() : shape.begin() + 1, shape.end());
  if (form.empty()) form = {1};
  require_form(path, form, wanted);
  at::Tensor raw =
      at::empty({one ? 1 : shape[0], wanted.features()}, at::TensorOptions(header.dtype));
  std::memcpy(raw.data_ptr(), bytes.data() + header.offset, raw.nbytes());
  const std::string lost = npy_losses(header.dtype, raw.data_ptr(), raw.numel(), wanted.features());
  if (!lost.empty()) log().warn("{}: numbers become float32: {}", path, lost);
  const double divisor = header.dtype == at::kByte ? scaling.bytes : scaling.numbers;
  at::Tensor inputs = raw.to(at::kFloat);
  if (divisor != 1) inputs = inputs / divisor;
  return {inputs.contiguous()};
}

}  // namespace glia::apply
