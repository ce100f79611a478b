// SPDX-License-Identifier: MIT
// By hand: no NumPy reader is packaged, and this is all of the format.
#include <glia/sdk/error.hpp>
#include <glia/sdk/lost_differences.hpp>
#include <glia/sdk/npy.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

namespace glia {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are read as little-endian");

constexpr std::size_t most_axes = 32;  // as in NumPy

[[noreturn]] void fail(const std::string& path, const std::string& what,
                       const std::string& remedy = "write it with numpy.save(FILE, ARRAY)") {
  throw Error(ErrorCode::data, fmt::format("{}: {}", path, what), remedy);
}

/// What stands behind 'KEY': in the header's Python dictionary, up to the next comma outside of
/// parentheses.
std::string entry(const std::string& path, std::string_view header, std::string_view key) {
  const std::string quoted = fmt::format("'{}'", key);
  auto at = header.find(quoted);
  if (at != std::string_view::npos) at = header.find(':', at);
  if (at == std::string_view::npos) fail(path, fmt::format("damaged header: it has no {}", quoted));
  // Python would take the last, and others the first.
  if (header.find(quoted, at) != std::string_view::npos) {
    fail(path, fmt::format("damaged header: it has {} twice", quoted));
  }
  at = header.find_first_not_of(' ', at + 1);
  if (at == std::string_view::npos) return {};
  std::size_t end = at;
  for (int depth = 0; end < header.size(); ++end) {
    if (header[end] == '(') ++depth;
    if (header[end] == ')') --depth;
    if (depth == 0 && (header[end] == ',' || header[end] == '}')) break;
  }
  return std::string(header.substr(at, end - at));
}

constexpr std::array<std::pair<std::string_view, at::ScalarType>, 9> types{{{"f4", at::kFloat},
                                                                            {"f8", at::kDouble},
                                                                            {"f2", at::kHalf},
                                                                            {"u1", at::kByte},
                                                                            {"i1", at::kChar},
                                                                            {"i2", at::kShort},
                                                                            {"i4", at::kInt},
                                                                            {"i8", at::kLong},
                                                                            {"b1", at::kBool}}};

at::ScalarType dtype_of(const std::string& path, const std::string& text) {
  const bool quoted = text.size() > 2 && (text.front() == '\'' || text.front() == '"');
  const std::string name = quoted ? text.substr(1, text.size() - 2) : text;
  for (const auto& [kind, type] : types) {
    if (name.size() != 3 || name.substr(1) != kind) continue;
    if (name[0] != '>' || kind[1] == '1') return type;
    fail(path, fmt::format("its numbers are big-endian ('{}')", name),
         fmt::format("save ARRAY.astype('{}') instead", kind));
  }
  fail(path, fmt::format("arrays of dtype '{}' cannot be read", name),
       "save ARRAY.astype('float32') or .astype('int64') instead");
}

/// "(64, 28, 28)": whole numbers between commas, nothing else.
std::vector<std::int64_t> shape_of(const std::string& path, std::string_view text) {
  const auto damaged = [&] {
    fail(path, fmt::format("damaged header: shape {}", text.substr(0, text.find('\n'))));
  };
  const auto end = text.find(')');
  if (text.empty() || text[0] != '(' || end == std::string_view::npos) damaged();
  std::vector<std::int64_t> shape;
  for (auto rest = text.substr(1, end - 1); !rest.empty();) {
    const auto comma = rest.find(',');
    const auto part = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    const auto first = part.find_first_not_of(' ');
    if (first == std::string_view::npos) continue;  // the comma of "(64,)"
    const char* const behind = part.data() + part.find_last_not_of(' ') + 1;
    std::int64_t extent = -1;
    const auto [read, error] = std::from_chars(part.data() + first, behind, extent);
    if (error != std::errc{} || read != behind || extent < 0) damaged();
    shape.push_back(extent);
    if (shape.size() > most_axes) fail(path, "damaged header: it has more axes than NumPy knows");
  }
  return shape;
}

/// Bytes of the array, or nullopt where that is more than any file holds.
std::optional<std::int64_t> bytes_of(const NpyHeader& header) {
  std::int64_t bytes = static_cast<std::int64_t>(c10::elementSize(header.dtype));
  for (const auto extent : header.shape) {
    if (__builtin_mul_overflow(bytes, extent, &bytes)) return std::nullopt;
  }
  return bytes;
}

/// The Python dictionary of a header, and how many bytes stand before it.
std::pair<std::string_view, std::size_t> dictionary_of(const std::string& path,
                                                       std::string_view start) {
  if (start.size() < 10 || !start.starts_with("\x93NUMPY")) {
    const bool zip = start.starts_with("PK");
    fail(path, zip ? "is a .npz archive, expected a .npy file" : "is not a NumPy .npy file");
  }
  const auto byte = [&](std::size_t at) {
    return std::size_t{static_cast<unsigned char>(start[at])};
  };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3) {
    fail(path, fmt::format("has format version {}, known are 1 to 3", version));
  }
  const std::size_t before = version == 1 ? 10 : 12;
  if (start.size() < before) fail(path, "truncated: the header ends");
  std::size_t length = byte(8) | byte(9) << 8;
  if (version > 1) length |= byte(10) << 16 | byte(11) << 24;
  if (before + length > most_npy_header) {
    fail(path, fmt::format("damaged header: its length is {}", length));
  }
  if (length > start.size() - before) fail(path, "truncated: the header ends");
  return {start.substr(before, length), before};
}

}  // namespace

NpyHeader read_npy_header(const std::string& path, std::string_view start, std::uint64_t size) {
  const auto [text, before] = dictionary_of(path, start);
  NpyHeader header;
  header.offset = static_cast<std::int64_t>(before + text.size());
  header.dtype = dtype_of(path, entry(path, text, "descr"));
  header.shape = shape_of(path, entry(path, text, "shape"));
  if (entry(path, text, "fortran_order") != "False" && header.shape.size() > 1) {
    fail(path, "its numbers are in Fortran order", "save numpy.ascontiguousarray(ARRAY) instead");
  }
  const auto expected = bytes_of(header);
  const auto found = static_cast<std::int64_t>(size) - header.offset;
  if (!expected || *expected > found) {
    fail(path, fmt::format("truncated: its shape asks for {} bytes, it has {}",
                           expected ? std::to_string(*expected) : "far too many", found));
  }
  if (*expected < found) {
    fail(path,
         fmt::format("holds {} bytes more than its shape asks for: another array, or the rest of "
                     "an older file",
                     found - *expected),
         "numpy.save writes one array into a file: give each a name of its own");
  }
  header.bytes = *expected;
  return header;
}

namespace {

/// Beyond, no double but a whole one is left, and nobody means each of its digits.
constexpr double most_exact = 0x1p53;

bool is_lost(std::int64_t number) {
  const auto seen = static_cast<float>(number);  // 2^63, which no int64 is, must not be converted
  return seen >= 0x1p63F || static_cast<std::int64_t>(seen) != number;
}

bool is_lost(double number) {
  const double seen = static_cast<double>(static_cast<float>(number));
  if (seen == 0) return number != 0;
  return seen != number && std::abs(number) < most_exact && std::trunc(number) == number;
}

template <class Number, class Wide = Number>
std::string find_losses(const void* array, std::int64_t n, std::int64_t per_sample) {
  const auto* numbers = static_cast<const Number*>(array);
  std::int64_t count = 0, first = -1;
  for (std::int64_t i = 0; i < n; ++i) {
    if (!is_lost(static_cast<Wide>(numbers[i]))) continue;
    if (count++ == 0) first = i;
  }
  if (count == 0) return {};
  const auto number = static_cast<Wide>(numbers[first]);
  const std::string more = count > 1 ? fmt::format(", and {} more", count - 1) : std::string();
  const double seen = static_cast<double>(static_cast<float>(number));
  const std::string sample = fmt::format("sample {}: ", first / per_sample);
  return std::abs(seen) < 1 ? fmt::format("{}{} becomes {}{}", sample, number, seen, more)
                            : fmt::format("{}{:.0f} becomes {:.0f}{}", sample,
                                          static_cast<long double>(number), seen, more);
}

/// The same of numbers that differ and become the same, one place of the samples after the other; of
/// some samples, so that it takes no time to speak of.
std::string find_same(const double* numbers, std::int64_t samples, std::int64_t per_sample) {
  constexpr std::int64_t most_numbers = 1 << 20, most_samples = 4096, least_samples = 64;
  const std::int64_t looked_at =
      std::min(samples, std::clamp(most_numbers / per_sample, least_samples, most_samples));
  const std::int64_t places = std::min(per_sample, most_numbers / least_samples);
  std::vector<double> known;
  for (std::int64_t place = 0; place < places; ++place) {
    known.clear();
    for (std::int64_t i = 0; i < looked_at; ++i) {
      const double number = numbers[i * per_sample + place];
      if (std::isfinite(number)) known.push_back(number);
    }
    const std::string lost = lost_differences(known);
    if (lost.empty()) continue;
    return per_sample == 1 ? lost : fmt::format("number {} of the samples: {}", place, lost);
  }
  return {};
}

}  // namespace

std::string npy_losses(at::ScalarType type, const void* numbers, std::int64_t count,
                       std::int64_t per_sample) {
  per_sample = std::max<std::int64_t>(per_sample, 1);
  switch (type) {
    case at::kInt:
      return find_losses<std::int32_t, std::int64_t>(numbers, count, per_sample);
    case at::kLong:
      return find_losses<std::int64_t>(numbers, count, per_sample);
    case at::kDouble: {
      const std::string lost = find_losses<double>(numbers, count, per_sample);
      return lost.empty()
                 ? find_same(static_cast<const double*>(numbers), count / per_sample, per_sample)
                 : lost;
    }
    default:
      return {};
  }
}

}  // namespace glia
