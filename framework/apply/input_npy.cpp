// SPDX-License-Identifier: MIT
// By hand: no NumPy reader is packaged, and the data set `npy` is a plugin of its own.
#include "apply/input.hpp"

#include <glia/sdk/error.hpp>

#include <torch/types.h>

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <sstream>
#include <utility>

namespace glia::apply {
namespace {

struct Type {
  std::string_view name;
  at::ScalarType type;
};
constexpr std::array types{
    Type{"<f4", at::kFloat}, Type{"<f8", at::kDouble}, Type{"<f2", at::kHalf},
    Type{"|u1", at::kByte},  Type{"|i1", at::kChar},   Type{"<i2", at::kShort},
    Type{"<i4", at::kInt},   Type{"<i8", at::kLong},   Type{"|b1", at::kBool}};

constexpr std::size_t most_axes = 32;  // as in NumPy

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw Error(ErrorCode::data, fmt::format("{}: {}", path, what),
              "write it with numpy.save(FILE, ARRAY)");
}

/// What stands between `from`, behind the key, and `to`.
std::string between(const std::string& path, std::string_view header, const char* key, char from,
                    char to) {
  auto at = header.find(key);
  if (at != std::string_view::npos) at = header.find(from, at + std::strlen(key));
  const auto end = at == std::string_view::npos ? at : header.find(to, at + 1);
  if (end == std::string_view::npos) fail(path, fmt::format("damaged header: it has no {}", key));
  return std::string(header.substr(at + 1, end - at - 1));
}

at::ScalarType type_of(const std::string& path, const std::string& name) {
  for (const auto& known : types) {
    if (known.name == name) return known.type;
  }
  throw Error(ErrorCode::data, fmt::format("{}: arrays of dtype '{}' cannot be read", path, name),
              "save ARRAY.astype('float32') or .astype('uint8') instead");
}

std::vector<std::int64_t> shape_of(const std::string& path, const std::string& text) {
  std::vector<std::int64_t> shape;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    if (part.find_first_not_of(' ') == std::string::npos) continue;  // the comma of "(64,)"
    if (part.find_first_not_of(" 0123456789") != std::string::npos || part.size() > 12) {
      fail(path, fmt::format("damaged header: shape ({})", text));
    }
    shape.push_back(std::stoll(part));
    if (shape.size() > most_axes) fail(path, "damaged header: too many axes");
  }
  return shape;
}

}  // namespace

Samples read_npy(const std::string& path, std::string_view bytes, const SampleSpec& wanted,
                 const Scaling& scaling) {
  if (bytes.size() < 12) fail(path, "truncated: the header ends");
  const bool old = bytes[6] == 1;
  const std::size_t start = old ? 10 : 12;
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + 8, old ? 2 : 4);
  if (length > bytes.size() - start) fail(path, "truncated: the header ends");
  const std::string_view header = bytes.substr(start, length), data = bytes.substr(start + length);
  const at::ScalarType type = type_of(path, between(path, header, "'descr':", '\'', '\''));
  auto shape = shape_of(path, between(path, header, "'shape':", '(', ')'));
  if (header.find("'fortran_order': False") == std::string_view::npos && shape.size() > 1) {
    throw Error(ErrorCode::data, path + ": its numbers are in Fortran order",
                "save numpy.ascontiguousarray(ARRAY) instead");
  }
  if (shape.empty() || shape[0] == 0) fail(path, "holds no samples");
  const std::int64_t samples = shape[0];
  // A single sample needs no extra axis; several of one number each are a row of numbers.
  const bool one = shape == wanted.shape && shape.size() > 1;
  std::vector<std::int64_t> form(one ? shape.begin() : shape.begin() + 1, shape.end());
  if (form.empty()) form = {1};
  require_form(path, form, wanted);
  const std::int64_t n = one ? 1 : samples;
  const auto expected = static_cast<std::uint64_t>(n * wanted.features()) * c10::elementSize(type);
  if (data.size() != expected) {
    fail(path,
         fmt::format("{}: its shape asks for {} bytes, it has {}",
                     data.size() < expected ? "truncated" : "damaged", expected, data.size()));
  }
  at::Tensor raw = at::empty({n, wanted.features()}, at::TensorOptions(type));
  std::memcpy(raw.data_ptr(), data.data(), data.size());
  const double divisor = type == at::kByte ? scaling.bytes : scaling.numbers;
  at::Tensor inputs = raw.to(at::kFloat);
  if (divisor != 1) inputs = inputs / divisor;
  return {inputs.contiguous()};
}

}  // namespace glia::apply
