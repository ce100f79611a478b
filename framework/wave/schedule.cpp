// SPDX-License-Identifier: MIT
#include "wave/schedule.hpp"

#include "wave/disturbance.hpp"
#include "wave/strips.hpp"

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
  if ((segment.last != ops || segment.strip > 0) && end + 1 == segment.last) return true;
  for (std::size_t r = i; r <= end; ++r) {
    if (program.read_later(r + 1)) return true;
  }
  return false;
}

/// Goes through the segment in strips, if it can be and less than half of its cells are held at a time.
void lay_in_strips(const Program& program, std::int64_t strip, Schedule::Segment& segment) {
  const Chain chain(program, segment.first, segment.last);
  if (chain.steps < 2) return;
  const StripWindows windows(chain, strip);
  std::int64_t all = 0;
  for (std::size_t r = 1; r < chain.steps; ++r) all += chain.width(r);
  const auto between = static_cast<std::int64_t>(chain.steps - 1);
  if (2 * between * windows.row >= all) return;
  segment.strip = strip;
  segment.window = windows.row;
  segment.back_window = windows.gradient;
}

/// How many rows are between the first row and the last of a segment in strips.
std::int64_t rows_between(const Program& program, const Schedule::Segment& segment) {
  const Chain chain(program, segment.first, segment.last);
  return static_cast<std::int64_t>(chain.steps) - 1;
}

}  // namespace

Schedule::Schedule(const Program& program, std::int64_t max_cells, std::int64_t strip)
    : segments(cut(program, max_cells)) {
  for (Segment& segment : segments) {
    if (strip > 0) lay_in_strips(program, strip, segment);
  }
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
  windows = first;
  std::int64_t back = 0;
  for (const Segment& segment : segments) {
    if (segment.strip > 0) {
      const std::int64_t between = rows_between(program, segment);
      shared = std::max(shared, between * segment.window);
      back = std::max(back, between * segment.back_window);
      continue;
    }
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
  back_windows = scratch;
  scratch += back;
}

}  // namespace glia::wave
