// SPDX-License-Identifier: MIT
// Parameters on their way into a pass and back: in the order of who hears and of who is heard.
#include "catch.hpp"
#include "wave/kernels.hpp"
#include "wave/program.hpp"

#include <glia/sdk/random.hpp>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

using namespace glia;

namespace {

template <class T>
std::vector<T> reordered(const std::vector<std::int32_t>& from, const std::vector<T>& x) {
  std::vector<T> y(x.size(), T(-1));
  wave::kernels<T>().reorder(static_cast<std::int64_t>(x.size()), from.data(), x.data(), y.data());
  return y;
}

template <class T>
void check_orders() {
  RandomStream random(1, "orders", 0);
  for (const std::size_t count : {0, 1, 2, 15, 17, 18, 33, 34, 54, 100, 257}) {
    std::vector<T> x(count);
    std::vector<std::int32_t> from(count);
    for (std::size_t i = 0; i < count; ++i) {
      x[i] = static_cast<T>(i + 1);
      from[i] = static_cast<std::int32_t>(i);
    }
    for (std::size_t i = 0; i + 1 < count; i += 1 + random.below(3)) {  // neighbours
      std::swap(from[i], from[i + 1]);
    }
    for (std::size_t k = 0; k < count / 12; ++k) {  // and some from afar
      std::swap(from[random.below(count)], from[random.below(count)]);
    }
    std::vector<T> wanted(count);
    for (std::size_t i = 0; i < count; ++i) wanted[i] = x[static_cast<std::size_t>(from[i])];
    INFO(count << " numbers");
    CHECK(reordered(from, x) == wanted);
  }
}

}  // namespace

TEST_CASE("numbers are picked from near and from afar") {
  check_orders<float>();
  check_orders<double>();
}

TEST_CASE("the places of taps among those who are heard are the taps of those places") {
  for (const Boundary boundary : {Boundary::open, Boundary::ring}) {
    const wave::Program program(
        18, {wave::StencilOp{Stencil::band(18, 16, {-1, 0, 1}, boundary), Bias::none}});
    const wave::Wiring& block = *program.blocks()[0].wiring;
    for (std::size_t t = 0; t < block.back_taps.size(); ++t) {
      const auto place = static_cast<std::size_t>(block.back_places[t]);
      CHECK(block.back_taps[place] == static_cast<std::int32_t>(t));
    }
    CHECK(block.threes == (boundary == Boundary::ring));
  }
}

TEST_CASE("a compounding bias of many cells at a time is that of one") {
  RandomStream random(2, "compound", 0);
  for (const std::size_t cells : {1, 3, 4, 5, 8, 10, 18}) {
    const auto drawn = [&](std::size_t count) {
      std::vector<float> x(count);
      random.uniform(std::span<float>(x), -1.0f, 1.0f);
      return x;
    };
    const auto weight = drawn(3 * cells), bias = drawn(cells), start = drawn(3 * cells);
    std::vector<float> effective(3 * cells), gradient = start, by_bias(cells);
    const auto n = static_cast<std::int64_t>(cells);
    wave::kernels<float>().compound_threes(n, weight.data(), bias.data(), effective.data());
    wave::kernels<float>().unfold_threes(n, weight.data(), bias.data(), gradient.data(),
                                         by_bias.data());
    for (std::size_t j = 0; j < cells; ++j) {
      INFO("cell " << j << " of " << cells);
      float sum = 0, factor = 1;
      for (std::size_t e = 1; e <= 3; ++e) {
        const std::size_t t = 3 * j + 3 - e;
        sum += weight[t] * start[t] * static_cast<float>(e) * factor;
        factor *= 1 + bias[j];
        CHECK(effective[t] == Approx(weight[t] * factor).epsilon(1e-5));
        CHECK(gradient[t] == Approx(start[t] * factor).epsilon(1e-5));
      }
      CHECK(by_bias[j] == Approx(sum).epsilon(1e-4).margin(1e-6));
    }
  }
}
