// SPDX-License-Identifier: MIT
#include "apply/input.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

namespace glia::apply {
namespace {

std::int64_t big_endian(std::string_view bytes, std::size_t at) {
  std::int64_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return number;
}

}  // namespace

Samples read_idx(const std::string& path, std::string_view bytes, const SampleSpec& wanted,
                 const Scaling& scaling) {
  const auto fail = [&](const std::string& what, const std::string& hint = {}) {
    throw Error(ErrorCode::data, fmt::format("{}: {}", path, what), hint);
  };
  if (bytes[2] != 8) {
    fail("is an IDX file of numbers that are no bytes", "save it as .npy: numpy.save(FILE, ARRAY)");
  }
  const auto extents = static_cast<std::size_t>(static_cast<unsigned char>(bytes[3]));
  const std::size_t header = 4 + 4 * extents;
  if (bytes.size() < header) fail("truncated: the header ends");
  if (extents == 1 && wanted.features() != 1) {
    fail("holds labels, and no samples",
         "give the file of the images: it is called ...-images-...");
  }
  std::vector<std::int64_t> form;
  for (std::size_t i = 1; i < extents; ++i) form.push_back(big_endian(bytes, 4 + 4 * i));
  if (form.empty()) form = {1};
  require_form(path, form, wanted);
  const std::int64_t n = big_endian(bytes, 4), width = wanted.features();
  if (n == 0) fail("holds no samples");
  const std::string_view data = bytes.substr(header);
  if (static_cast<std::int64_t>(data.size()) != n * width) {
    fail(fmt::format("{}: {} samples of {} make {} bytes, the file has {}",
                     static_cast<std::int64_t>(data.size()) < n * width ? "truncated" : "damaged",
                     n, form_text(wanted.shape), n * width, data.size()));
  }
  Samples samples{at::empty({n, width}, at::kFloat)};
  float* to = samples.inputs.data_ptr<float>();
  // As the data set reads it: a division, to the bit.
  const auto divisor = static_cast<float>(scaling.bytes);
  for (const char c : data) {
    *to++ = static_cast<float>(static_cast<unsigned char>(c)) / divisor;
  }
  return samples;
}

}  // namespace glia::apply
