// SPDX-License-Identifier: MIT
#include "wave/schedule.hpp"

#include "wave/disturb.hpp"

#include <algorithm>

namespace glia::wave {
namespace {

bool drops(const Op& op) {
  const auto* disturb = std::get_if<DisturbOp>(&op);
  return disturb && keeps_mask(disturb->what.kind);
}

/// Cells that op `i` needs for itself: its row, unless it writes over another, and its mask.
std::int64_t own_cells(const Program& program, std::size_t i) {
  const std::int64_t width = program.width(i + 1);
  return (program.in_place(i) ? 0 : width) + (drops(program.ops()[i]) ? width : 0);
}

}  // namespace

Schedule::Schedule(const Program& program, std::int64_t max_cells) {
  const std::size_t ops = program.ops().size();
  std::int64_t filled = 0;
  segments.push_back({0, 0});
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

  row.assign(ops + 1, 0);
  mask.assign(ops, -1);
  gradient.assign(ops + 1, -1);

  // Kept rows first, then one stretch that all segments use in turn.
  std::int64_t kept = 0, shared = 0;
  const auto last_in_place = [&](std::size_t i) {  // the op that writes row i + 1's place last
    while (i + 1 < ops && program.in_place(i + 1)) ++i;
    return i;
  };
  for (const Segment& segment : segments) {
    const bool final = segment.last == ops;
    for (std::size_t i = segment.first; i < segment.last; ++i) {
      if (program.in_place(i)) {
        row[i + 1] = row[i];
        continue;
      }
      const std::size_t end = last_in_place(i);
      bool keep = !final && end + 1 == segment.last;
      for (std::size_t r = i; r <= end; ++r) keep = keep || program.read_by_skip(r + 1);
      if (keep) {
        row[i + 1] = kept;
        kept += program.width(i + 1);
      }
    }
  }
  for (const Segment& segment : segments) {
    std::int64_t local = kept;
    const bool final = segment.last == ops;
    for (std::size_t i = segment.first; i < segment.last; ++i) {
      const std::int64_t width = program.width(i + 1);
      if (drops(program.ops()[i])) {
        mask[i] = local;
        local += width;
      }
      if (program.in_place(i)) {
        row[i + 1] = row[i];
        continue;
      }
      const std::size_t end = last_in_place(i);
      bool keep = !final && end + 1 == segment.last;
      for (std::size_t r = i; r <= end; ++r) keep = keep || program.read_by_skip(r + 1);
      if (keep) continue;
      row[i + 1] = local;
      local += width;
    }
    shared = std::max(shared, local - kept);
  }
  cells = kept + shared;
  scratch = 2 * program.widest();
  for (std::size_t r = 0; r <= ops; ++r) {
    if (!program.read_by_skip(r)) continue;
    gradient[r] = scratch;
    scratch += program.width(r);
  }
}

}  // namespace glia::wave
