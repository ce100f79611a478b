// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/stencil.hpp>

#include <algorithm>
#include <string>

namespace glia {

Stencil Stencil::band(std::int64_t in, std::int64_t out, std::initializer_list<int> offsets,
                      Boundary boundary, std::int64_t circumference) {
  if (circumference == 0) circumference = in;
  if (in < 1 || out < 1 || circumference < 1 || circumference > in) {
    throw Error(ErrorCode::shape, "a stencil from " + std::to_string(in) + " to " +
                                      std::to_string(out) + " cells (ring of " +
                                      std::to_string(circumference) + ") does not exist");
  }
  Stencil s;
  s.in = in;
  s.out = out;
  s.first.reserve(static_cast<std::size_t>(out) + 1);
  s.first.push_back(0);
  std::vector<std::int32_t> heard;
  for (std::int64_t j = 0; j < out; ++j) {
    heard.clear();
    for (const int offset : offsets) {
      std::int64_t k = j + offset;
      if (boundary == Boundary::ring) k = (k % circumference + circumference) % circumference;
      if (k >= 0 && k < in) heard.push_back(static_cast<std::int32_t>(k));
    }
    std::sort(heard.begin(), heard.end());
    heard.erase(std::unique(heard.begin(), heard.end()), heard.end());
    if (heard.empty()) {
      throw Error(ErrorCode::shape, "cell " + std::to_string(j) + " of " + std::to_string(out) +
                                        " would hear none of the " + std::to_string(in) +
                                        " cells before it");
    }
    s.taps.insert(s.taps.end(), heard.begin(), heard.end());
    s.first.push_back(static_cast<std::int32_t>(s.taps.size()));
  }
  return s;
}

}  // namespace glia
