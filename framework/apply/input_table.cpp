// SPDX-License-Identifier: MIT
#include "apply/input.hpp"
#include "apply/losses.hpp"
#include "core/diagnostics.hpp"

#include <glia/sdk/csv.hpp>
#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace glia::apply {
namespace {

using Names = std::vector<std::string>;

/// The first eight, and how many more.
std::string some_of(const Names& names) {
  constexpr std::size_t most = 8;
  const Names shown(names.begin(),
                    names.begin() + static_cast<std::ptrdiff_t>(std::min(most, names.size())));
  const std::string text = quoted_list(shown);
  return names.size() > most ? fmt::format("{} and {} more", text, names.size() - most) : text;
}

/// A table whose columns are those of another one: the names of those that are read are known, and
/// whatever else there is, the target among it, is left alone.
class TableReader {
 public:
  TableReader(const std::string& path, std::string_view text, const TableColumns& wanted)
      : path_(path), wanted_(wanted), lines_(path, text, wanted.separator) {}

  at::Tensor read() {
    if (!lines_.next()) fail("holds no samples");
    width_ = lines_.fields().size();
    if (wanted_.header) {
      find_by_name();
    } else {
      find_by_number();
    }
    for (bool more = !wanted_.header || lines_.next(); more; more = lines_.next()) row();
    if (values_.empty()) fail("holds no samples, only the names of columns");
    losses_.tell(path_);
    const auto inputs = static_cast<std::int64_t>(places_.size());
    return at::tensor(values_).view({static_cast<std::int64_t>(values_.size()) / inputs, inputs});
  }

 private:
  void find_by_name() {
    const auto& fields = lines_.fields();
    const auto numeric = [this](auto field) {
      return csv_number(field, wanted_.decimal).has_value();
    };
    if (std::all_of(fields.begin(), fields.end(), numeric)) {
      lines_.fail("the first line holds numbers alone, expected the names of the columns",
                  "the run was trained on columns by name: " + some_of(wanted_.inputs));
    }
    const Names there(fields.begin(), fields.end());
    Names missing;
    for (const auto& name : wanted_.inputs) {
      const auto found = std::find(there.begin(), there.end(), name);
      if (found == there.end()) {
        missing.push_back(name);
        continue;
      }
      if (std::find(found + 1, there.end(), name) != there.end()) {
        lines_.fail(fmt::format("two columns are called '{}'", name),
                    "give each column a name of its own");
      }
      places_.push_back(static_cast<std::size_t>(found - there.begin()));
    }
    if (missing.empty()) return;
    lines_.fail(fmt::format("there is no column {}, which the run reads", some_of(missing)),
                "the columns are " + some_of(there));
  }

  /// Columns without names have the numbers that they were trained with, or only inputs are there.
  void find_by_number() {
    places_.resize(wanted_.inputs.size());
    if (width_ == wanted_.inputs.size()) {
      std::iota(places_.begin(), places_.end(), std::size_t{0});
      return;
    }
    if (width_ != wanted_.all.size()) {
      lines_.fail(fmt::format("has {} columns, but the run was trained on a table of {}", width_,
                              wanted_.all.size()),
                  fmt::format("give all of them, or the {} that are inputs, in their order",
                              wanted_.inputs.size()));
    }
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const auto at = std::find(wanted_.all.begin(), wanted_.all.end(), wanted_.inputs[i]);
      places_[i] = static_cast<std::size_t>(at - wanted_.all.begin());
    }
  }

  void row() {
    const auto& fields = lines_.fields();
    if (fields.size() != width_) {
      lines_.fail(fmt::format("has {} columns, the first line has {}", fields.size(), width_),
                  fields.size() < width_ ? "a column is missing there" : "there is one too many");
    }
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const auto field = fields[places_[i]];
      values_.push_back(number(field, wanted_.inputs[i]));
      losses_.look(
          field, values_.back(), lines_.line(),
          [&] { return fmt::format("column '{}'", wanted_.inputs[i]); }, wanted_.decimal);
    }
  }

  float number(std::string_view field, const std::string& column) const {
    const auto value = csv_number(field, wanted_.decimal);
    if (value && std::isfinite(*value)) return *value;
    const std::string where = fmt::format("column '{}': ", column);
    if (field.empty()) {
      lines_.fail(where + "there is no value", "leave out the line, or fill it in");
    }
    const std::string what = fmt::format("{}'{}' is ", where, field.substr(0, 40));
    if (csv_too_great(field, wanted_.decimal)) {
      lines_.fail(what + "greater than a float32 can be (3.4e38)",
                  "bring the column to the unit that the run was trained in");
    }
    lines_.fail(what + (value ? "no finite number" : "no number"),
                "leave out the line, or write a number");
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::data, fmt::format("{}: {}", path_, what));
  }

  const std::string& path_;
  const TableColumns& wanted_;
  CsvLines lines_;
  std::size_t width_ = 0;
  std::vector<std::size_t> places_;  ///< of the inputs, in the order of the run
  std::vector<float> values_;
  Losses losses_;
};

}  // namespace

Samples read_table(const std::string& path, std::string_view bytes, const TableColumns& columns,
                   const Scaling& scaling) {
  at::Tensor inputs = TableReader(path, bytes, columns).read();
  if (scaling.numbers != 1) {  // as the data set divides: in double
    inputs = (inputs.to(at::kDouble) / scaling.numbers).to(at::kFloat);
  }
  return {inputs.contiguous()};
}

}  // namespace glia::apply
