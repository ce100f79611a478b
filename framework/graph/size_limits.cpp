// SPDX-License-Identifier: MIT
#include "graph/size_limits.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/plain_text.hpp>
#include <glia/sdk/utf8.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace glia::graph {
namespace {

constexpr std::int64_t most_features = 100'000'000;
constexpr std::int64_t most_classes = 1'000'000;

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::internal, "the data set says that " + what,
              "this is for the author of its plugin to mend: spec() describes one sample");
}

/// Results and checkpoints hold the names, and text only.
[[noreturn]] void refuse_name(const std::string& name) {
  throw Error(ErrorCode::data,
              fmt::format("the name of the class '{}' is not UTF-8", plain_text(name, 100)),
              "rename the folder, or save the file that has the names as UTF-8");
}

}  // namespace

void CellBudget::spend(std::int64_t cells) {
  check_width(cells);
  spent_ += std::max(cells, least_row);
  if (spent_ <= most_cells_of_all) return;
  throw Error(ErrorCode::shape,
              fmt::format("the networks have more than {} cells in all their rows, or {} rows",
                          most_cells_of_all, most_rows_of_all),
              "narrow_to or widen_to nearer widths, or repeat less often");
}

void CellBudget::spend_dense(std::int64_t in, std::int64_t out) {
  std::int64_t taps = 0;
  const bool counted = !__builtin_mul_overflow(in, out, &taps) && taps <= most_dense_taps;
  taps_ += counted ? taps : most_dense_taps + 1;
  if (taps_ <= most_dense_taps) return;
  throw Error(ErrorCode::shape,
              fmt::format("the dense layers have more than {} weights in all", most_dense_taps),
              "give them smaller widths");
}

void check_width(std::int64_t cells) {
  if (cells >= 1 && cells <= most_cells) return;
  throw Error(ErrorCode::shape,
              fmt::format("a row of {} cells; rows have 1 to {}", cells, most_cells));
}

void check_spec(const SampleSpec& spec) {
  std::int64_t features = 1;
  for (const std::int64_t extent : spec.shape) {
    if (extent < 1) refuse(fmt::format("an extent of its inputs is {}", extent));
    if (__builtin_mul_overflow(features, extent, &features) || features > most_features) {
      refuse(fmt::format("an input has more than {} numbers", most_features));
    }
  }
  if (spec.classes < 0 || spec.classes > most_classes) {
    refuse(fmt::format("it has {} classes; there can be {}", spec.classes, most_classes));
  }
  if (spec.classes == 0 && (spec.target_width < 1 || spec.target_width > most_features)) {
    refuse(fmt::format("it has no classes and {} target values per sample", spec.target_width));
  }
  const auto names = static_cast<std::int64_t>(spec.class_names.size());
  if (names != 0 && names != spec.classes) {
    refuse(fmt::format("it has {} classes, but {} names of classes", spec.classes, names));
  }
  for (const auto& name : spec.class_names) {
    if (not_utf8(name)) refuse_name(name);
  }
}

}  // namespace glia::graph
