// SPDX-License-Identifier: MIT
#include "compile/network.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace glia::compile {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// The most cells that one cell hears, or that hear one.
std::int64_t greatest_fan(const DenseLayer& layer) {
  std::vector<std::int64_t> fan_in(static_cast<std::size_t>(layer.out));
  std::vector<std::int64_t> fan_out(static_cast<std::size_t>(layer.in));
  for (std::int64_t i = 0; i < layer.out; ++i) {
    for (std::int64_t j = 0; j < layer.in; ++j) {
      if (layer.at(i, j) == 0) continue;
      ++fan_in[static_cast<std::size_t>(i)];
      ++fan_out[static_cast<std::size_t>(j)];
    }
  }
  return std::max(*std::max_element(fan_in.begin(), fan_in.end()),
                  *std::max_element(fan_out.begin(), fan_out.end()));
}

[[noreturn]] void wrong(const std::string& file, std::size_t layer, const std::string& what,
                        const std::string& hint) {
  throw Error(ErrorCode::configuration, fmt::format("{}: layer {} {}", file, layer, what), hint);
}

void require_numbers(const std::string& file, std::size_t layer, const std::vector<double>& all,
                     std::int64_t columns, const char* name) {
  constexpr auto most = static_cast<double>(std::numeric_limits<float>::max());
  constexpr auto least = static_cast<double>(std::numeric_limits<float>::min());
  for (std::size_t k = 0; k < all.size(); ++k) {
    const double size = std::abs(all[k]);
    if (size == 0 || (size >= least && size <= most)) continue;
    const auto at = static_cast<std::int64_t>(k);
    const std::string place =
        columns > 0 ? fmt::format("[{}][{}]", at / columns, at % columns) : fmt::format("[{}]", at);
    wrong(file, layer, fmt::format("has {} = {} at {}{}", name, all[k], name, place),
          !std::isfinite(size) ? "give weights of a training that did not diverge"
          : size < least       ? "32-bit numbers go down to 1.2e-38: write 0, or scale the layer"
                               : "weights must fit into 32-bit numbers");
  }
}

}  // namespace

std::int64_t DenseLayer::connections() const {
  return std::count_if(weight.begin(), weight.end(), [](double w) { return w != 0; });
}

std::int64_t DenseNetwork::connections() const {
  std::int64_t sum = 0;
  for (const DenseLayer& layer : layers) sum += layer.connections();
  return sum;
}

std::int64_t locality_bound(const DenseNetwork& network) {
  std::int64_t rows = 0;
  for (const DenseLayer& layer : network.layers) {
    const std::int64_t needed =
        layer.full() ? ceil_div(layer.in + layer.out, 2) - 1 : ceil_div(greatest_fan(layer) - 1, 2);
    rows += std::max<std::int64_t>(1, needed);
  }
  return rows;
}

std::int64_t counting_bound(const DenseNetwork& network) {
  std::int64_t rows = 0;
  for (const DenseLayer& layer : network.layers) {
    const std::int64_t free = std::max<std::int64_t>(1, 2 * std::max(layer.in, layer.out) - 2);
    rows += std::max<std::int64_t>(1, ceil_div(layer.connections(), free));
  }
  return rows;
}

namespace {

/// A few bytes of zeros can ask for a matrix that takes days.
void require_size(const DenseNetwork& network, const std::string& file) {
  constexpr std::int64_t most_cells = 40'000'000;
  std::int64_t widest = 0;
  for (const DenseLayer& layer : network.layers) {
    widest = std::max({widest, layer.in, layer.out});
  }
  const std::int64_t rows = locality_bound(network);
  if (rows <= most_cells / widest) return;
  throw Error(ErrorCode::configuration,
              fmt::format("{} takes at least {} rows of about {} cells; a matrix has at most {} "
                          "cells in all",
                          file, rows, widest, most_cells),
              "compile a network of narrower layers");
}

}  // namespace

void check_network(const DenseNetwork& network, const std::string& file) {
  if (network.layers.empty()) {
    throw Error(ErrorCode::configuration, file + " has no layers", "give at least one");
  }
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const DenseLayer& layer = network.layers[l];
    if (layer.in < 1 || layer.out < 1)
      wrong(file, l, "is empty", "a layer has at least one weight");
    if (static_cast<std::int64_t>(layer.bias.size()) != layer.out) {
      wrong(file, l, fmt::format("has {} neurons, but {} biases", layer.out, layer.bias.size()),
            "give one bias for each row of 'weight', or none at all");
    }
    if (l > 0 && network.layers[l - 1].out != layer.in) {
      wrong(file, l,
            fmt::format("reads {} numbers, but layer {} gives {}", layer.in, l - 1,
                        network.layers[l - 1].out),
            "'weight' is output x input: its columns are as many as the rows of the one before");
    }
    require_numbers(file, l, layer.weight, layer.in, "weight");
    require_numbers(file, l, layer.bias, 0, "bias");
  }
  require_size(network, file);
}

}  // namespace glia::compile
