// SPDX-License-Identifier: MIT
#include "wave/schedule.hpp"

#include "wave/disturbance.hpp"

#include <algorithm>
#include <utility>

namespace glia::wave {
namespace {

/// Whether the backward pass needs what each cell was multiplied by.
bool keeps_mask(const Op& op) {
  const auto* disturb = std::get_if<DisturbOp>(&op);
  return disturb && disturb->entry->scales;
}

/// Cells that op `i` needs for itself: its row, unless it writes over another, and its mask.
std::int64_t own_cells(const Program& program, std::size_t i) {
  const std::int64_t width = program.width(i + 1);
  return (program.in_place(i) ? 0 : width) + (keeps_mask(program.ops()[i]) ? width : 0);
}

using Segments = std::vector<Schedule::Segment>;

Segments cut(const Program& program, std::int64_t max_cells) {
  const std::size_t ops = program.ops().size();
  Segments segments = {{0, 0}};
  std::int64_t filled = 0;
  for (std::size_t i = 0; i < ops; ++i) {
    const std::int64_t cells_of_op = own_cells(program, i);
    if (filled > 0 && filled + cells_of_op > max_cells && !program.in_place(i)) {
      segments.back().last = i;
      segments.push_back({i, i});
      filled = 0;
    }
    filled += cells_of_op;
  }
  segments.back().last = ops;
  return segments;
}

/// Whether what op `i` of the segment writes is read outside of it: by the next segment or later still.
bool kept(const Program& program, const Schedule::Segment& segment, std::size_t i) {
  const std::size_t ops = program.ops().size();
  std::size_t end = i;  // the op that writes this row's place last
  while (end + 1 < ops && program.in_place(end + 1)) ++end;
  if (segment.last != ops && end + 1 == segment.last) return true;
  for (std::size_t r = i; r <= end; ++r) {
    if (program.read_later(r + 1)) return true;
  }
  return false;
}

}  // namespace

Schedule::Schedule(const Program& program, std::int64_t max_cells)
    : segments(cut(program, max_cells)) {
  const std::size_t ops = program.ops().size();
  row.assign(ops + 1, 0);
  mask.assign(ops, -1);
  gradient.assign(ops + 1, -1);

  // Kept rows first, then one stretch that all segments use in turn.
  std::int64_t first = 0, shared = 0;
  for (const Segment& segment : segments) {
    for (std::size_t i = segment.first; i < segment.last; ++i) {
      if (program.in_place(i)) {
        row[i + 1] = row[i];
      } else if (kept(program, segment, i)) {
        row[i + 1] = first;
        first += program.width(i + 1);
      }
    }
  }
  for (const Segment& segment : segments) {
    std::int64_t next = first;
    const auto take = [&](std::size_t i) {
      return std::exchange(next, next + program.width(i + 1));
    };
    for (std::size_t i = segment.first; i < segment.last; ++i) {
      if (keeps_mask(program.ops()[i])) mask[i] = take(i);
      if (program.in_place(i)) {
        row[i + 1] = row[i];
      } else if (!kept(program, segment, i)) {
        row[i + 1] = take(i);
      }
    }
    shared = std::max(shared, next - first);
  }
  cells = first + shared;
  scratch = 2 * program.widest();
  for (std::size_t r = 0; r <= ops; ++r) {
    if (!program.read_later(r)) continue;
    gradient[r] = scratch;
    scratch += program.width(r);
  }
}

}  // namespace glia::wave
