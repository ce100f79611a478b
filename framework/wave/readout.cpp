// SPDX-License-Identifier: MIT
#include "wave/readout.hpp"

#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

namespace glia::wave {
namespace {

/// Everybody hears everything.
Stencil dense(std::int64_t in, std::int64_t out) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(in));
  std::iota(all.begin(), all.end(), 0);
  return Stencil::of(in, std::vector(static_cast<std::size_t>(out), all));
}

}  // namespace

Program read_out(const Program& program, std::int64_t states, std::int64_t outputs) {
  std::vector<Op> ops = program.ops();
  const std::size_t row = ops.size();
  const std::int64_t cells = program.out() / states;
  std::vector<std::int32_t> to(static_cast<std::size_t>(cells));
  std::iota(to.begin(), to.end(), 0);
  const Stencil everything = dense(cells, outputs);
  std::optional<std::size_t> first;
  std::vector<std::size_t> read;
  for (std::int64_t t = 0; t < states; ++t) {
    ops.emplace_back(RestOp{cells});
    ops.emplace_back(InjectOp{row, t * cells, to});
    ops.emplace_back(StencilOp{everything, Bias::additive, {}, first});
    if (!first) first = ops.size() - 1;
    read.push_back(ops.size());
  }
  ops.emplace_back(CollectOp{std::move(read)});
  return Program(program.in(), std::move(ops));
}

}  // namespace glia::wave
