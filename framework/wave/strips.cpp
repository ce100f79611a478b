// SPDX-License-Identifier: MIT
#include "wave/strips.hpp"

#include <algorithm>

namespace glia::wave {

Chain::Chain(const Program& program, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    const bool stencil = std::holds_alternative<StencilOp>(program.ops()[i]);
    const bool between = i > first && program.read_later(i);
    if (between || steps == most_steps || !(stencil || (i > first && program.is_fused(i)))) {
      steps = 0;
      return;
    }
    if (!stencil) continue;
    op[steps] = i;
    wiring[steps++] = program.blocks()[program.block_of(i)].wiring.get();
  }
}

StripWalk::StripWalk(const Chain& chain, std::int64_t strip, Way way)
    : chain_(chain), strip_(strip), way_(way) {}

bool StripWalk::next() {
  for (std::size_t r = 0; r <= chain_.steps; ++r) {
    rows_[r].done = rows_[r].to;
    gradients_[r].done = gradients_[r].to;
  }
  const bool forward = way_ == Way::forward;
  const std::size_t wanted = forward ? chain_.steps : 0;
  Front& front = forward ? rows_[wanted] : gradients_[wanted];
  const std::int64_t width = chain_.width(wanted);
  if (front.done == width) return false;
  leave_behind();
  front.to = std::min(width, front.done + strip_);
  forward ? go_forward(front.to == width) : go_back(front.to == width);
  return true;
}

void StripWalk::leave_behind() {
  const auto at = [](const std::vector<std::int32_t>& table, std::int64_t cell) {
    return std::int64_t{table[static_cast<std::size_t>(cell)]};
  };
  for (std::size_t r = 1; r < chain_.steps; ++r) {
    Front& row = rows_[r];
    const bool read_on = way_ == Way::forward || r + 1 < chain_.steps;
    row.low = read_on ? at(chain_.wiring[r]->heard_from, rows_[r + 1].done) : row.done;
    if (way_ == Way::forward) {
      row.low = std::min(row.low, row.done);
      continue;
    }
    row.low = std::min({row.low, row.done, gradients_[r].done});
    gradients_[r].low =
        std::min(at(chain_.wiring[r - 1]->hears_from, gradients_[r - 1].done), gradients_[r].done);
  }
}

void StripWalk::go_forward(bool last) {
  for (std::size_t r = chain_.steps - 1; r > 0; --r) {
    const auto end = static_cast<std::size_t>(rows_[r + 1].to);
    const std::int64_t heard = chain_.wiring[r]->heard_to[end];
    rows_[r].to = last ? chain_.width(r) : std::max(rows_[r].done, heard);
  }
}

void StripWalk::go_back(bool last) {
  for (std::size_t r = 1; r < chain_.steps; ++r) {
    const auto end = static_cast<std::size_t>(gradients_[r - 1].to);
    const std::int64_t hearing = chain_.wiring[r - 1]->hears_to[end];
    gradients_[r].to = last ? chain_.width(r) : std::max(gradients_[r].done, hearing);
  }
  for (std::size_t r = chain_.steps - 1; r > 0; --r) {
    std::int64_t wanted = std::max(rows_[r].done, gradients_[r].to);
    if (r + 1 < chain_.steps) {
      const auto end = static_cast<std::size_t>(rows_[r + 1].to);
      wanted = std::max<std::int64_t>(wanted, chain_.wiring[r]->heard_to[end]);
    }
    rows_[r].to = last ? chain_.width(r) : wanted;
  }
}

StripWindows::StripWindows(const Chain& chain, std::int64_t strip) {
  for (const auto way : {StripWalk::Way::forward, StripWalk::Way::back}) {
    StripWalk walk(chain, strip, way);
    while (walk.next()) {
      for (std::size_t r = 1; r < chain.steps; ++r) {
        row = std::max(row, walk.row(r).end - walk.lowest_of_row(r));
        gradient = std::max(gradient, walk.gradient(r).end - walk.lowest_of_gradient(r));
      }
    }
  }
}

}  // namespace glia::wave
