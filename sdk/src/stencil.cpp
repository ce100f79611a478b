// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/stencil.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace glia {
namespace {

Stencil empty(std::int64_t in, std::int64_t out) {
  Stencil s;
  s.in = in;
  s.out = out;
  s.first.reserve(static_cast<std::size_t>(out) + 1);
  s.first.push_back(0);
  return s;
}

/// The next cell hears these, in whatever order.
void add_cell(Stencil& s, std::vector<std::int32_t>& heard) {
  std::sort(heard.begin(), heard.end());
  heard.erase(std::unique(heard.begin(), heard.end()), heard.end());
  if (heard.empty()) {
    throw Error(ErrorCode::shape,
                fmt::format("cell {} of {} would hear none of the {} cells before it",
                            s.first.size() - 1, s.out, s.in));
  }
  s.taps.insert(s.taps.end(), heard.begin(), heard.end());
  s.first.push_back(static_cast<std::int32_t>(s.taps.size()));
}

[[noreturn]] void wrong(const std::string& what, const char* hint = "") {
  throw Error(ErrorCode::internal, "the stencil " + what, hint);
}

void check_sizes(const Stencil& s, std::int64_t row) {
  const char* const hint =
      "cell j hears taps[first[j]] .. taps[first[j + 1] - 1]; Stencil::band and Stencil::of make "
      "it "
      "right";
  if (s.in != row) {
    wrong(fmt::format("is for rows of {} cells, but was asked for one of {}", s.in, row), hint);
  }
  if (s.out < 1) wrong(fmt::format("makes a row of {} cells", s.out));
  if (s.taps.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    wrong(fmt::format("has {} taps, more than the engine counts", s.taps.size()));
  }
  if (s.first.size() != static_cast<std::size_t>(s.out) + 1) {
    wrong(fmt::format("makes {} cells, so 'first' needs {} numbers, but has {}", s.out, s.out + 1,
                      s.first.size()),
          hint);
  }
  if (s.first.front() != 0 || s.first.back() != s.tap_count()) {
    wrong(fmt::format("has {} taps, so 'first' must run from 0 to {}, but runs from {} to {}",
                      s.taps.size(), s.taps.size(), s.first.front(), s.first.back()),
          hint);
  }
}

}  // namespace

Stencil Stencil::band(std::int64_t in, std::int64_t out, const std::vector<int>& offsets,
                      Boundary boundary, std::int64_t circumference) {
  if (circumference == 0) circumference = in;
  if (in < 1 || out < 1 || circumference < 1 || circumference > in) {
    throw Error(ErrorCode::shape,
                fmt::format("a stencil from {} to {} cells (ring of {}) does not exist", in, out,
                            circumference));
  }
  Stencil s = empty(in, out);
  std::vector<std::int32_t> heard;
  for (std::int64_t j = 0; j < out; ++j) {
    heard.clear();
    for (const int offset : offsets) {
      std::int64_t k = j + offset;
      if (boundary == Boundary::ring) k = (k % circumference + circumference) % circumference;
      if (k >= 0 && k < in) heard.push_back(static_cast<std::int32_t>(k));
    }
    add_cell(s, heard);
  }
  return s;
}

Stencil Stencil::of(std::int64_t in, const std::vector<std::vector<std::int64_t>>& heard) {
  if (in < 1 || heard.empty()) {
    throw Error(ErrorCode::shape,
                fmt::format("a stencil from {} to {} cells does not exist", in, heard.size()));
  }
  Stencil s = empty(in, static_cast<std::int64_t>(heard.size()));
  std::vector<std::int32_t> taps;
  for (std::size_t j = 0; j < heard.size(); ++j) {
    taps.clear();
    for (const std::int64_t k : heard[j]) {
      if (k < 0 || k >= in) {
        throw Error(ErrorCode::shape,
                    fmt::format("cell {} would hear cell {}, but the row before has {}", j, k, in));
      }
      taps.push_back(static_cast<std::int32_t>(k));
    }
    add_cell(s, taps);
  }
  return s;
}

void Stencil::check(std::int64_t row) const {
  check_sizes(*this, row);
  for (std::size_t j = 0; j < static_cast<std::size_t>(out); ++j) {
    const std::int32_t begin = first[j], end = first[j + 1];
    if (begin > end || end > tap_count()) {
      wrong(fmt::format("is broken at cell {}: 'first' goes from {} to {}", j, begin, end));
    }
    if (begin == end && !may_hear_nobody) {
      wrong(fmt::format("lets cell {} hear nobody", j), "if that is meant, set may_hear_nobody");
    }
    for (std::int32_t t = begin; t < end; ++t) {
      const std::int32_t heard = taps[static_cast<std::size_t>(t)];
      if (heard < 0 || heard >= in) {
        wrong(
            fmt::format("lets cell {} hear cell {} (tap {}), which does not exist: the row has {}",
                        j, heard, t - begin, in));
      }
      if (t > begin && taps[static_cast<std::size_t>(t) - 1] >= heard) {
        wrong(
            fmt::format("names the taps of cell {} twice or not in ascending order: tap {} is cell "
                        "{}, after cell {}",
                        j, t - begin, heard, taps[static_cast<std::size_t>(t) - 1]),
            "Stencil::of puts them in order");
      }
    }
  }
}

void Stencil::check_weights(const std::vector<double>& weights) const {
  if (weights.size() != taps.size()) {
    throw Error(ErrorCode::internal,
                fmt::format("a layer with fixed weights gives {} of them for {} taps",
                            weights.size(), taps.size()),
                "give one weight per tap");
  }
  for (std::size_t j = 0; j + 1 < first.size(); ++j) {
    for (auto t = first[j]; t < first[j + 1]; ++t) {
      const double weight = weights[static_cast<std::size_t>(t)];
      if (std::isfinite(weight)) continue;
      throw Error(ErrorCode::internal,
                  fmt::format("the fixed weight of cell {} for cell {} (tap {}) is {}, no finite "
                              "number",
                              j, taps[static_cast<std::size_t>(t)], t - first[j], weight));
    }
  }
}

}  // namespace glia
