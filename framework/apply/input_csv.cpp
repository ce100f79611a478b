// SPDX-License-Identifier: MIT
#include "apply/input.hpp"
#include "apply/losses.hpp"
#include "core/diagnostics.hpp"
#include "core/log.hpp"

#include <glia/sdk/csv.hpp>
#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace glia::apply {
namespace {

/// Columns that name a sample or its class, and are no part of it.
constexpr std::array not_inputs{"label", "class", "target", "sample", "id", "name"};

using Fields = std::vector<std::string_view>;

bool is_input(std::string_view name) {
  std::string low(name);
  std::transform(low.begin(), low.end(), low.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(not_inputs.begin(), not_inputs.end(), low) == not_inputs.end();
}

class Reader {
 public:
  Reader(const std::string& path, const SampleSpec& wanted) : path_(path), wanted_(wanted) {}

  at::Tensor read(std::string_view text) {
    if (text.find('\r') != text.npos && text.find('\n') == text.npos) {
      fail("its lines end in carriage returns alone", "save it with line feeds: LF or CRLF");
    }
    CsvLines lines(path_, text);
    while (lines.next()) {
      line_ = lines.line();
      row(lines.fields());
    }
    if (values_.empty()) fail("holds no samples");
    losses_.tell(path_);
    const auto width = wanted_.features(), count = static_cast<std::int64_t>(values_.size());
    return at::from_blob(values_.data(), {count / width, width}, at::kFloat).clone();
  }

 private:
  void row(const Fields& fields) {
    if (columns_ == 0) {
      const bool names = are_names(fields);
      begin(fields, names);
      if (names) return;
    }
    if (fields.size() != columns_) {
      fail(fmt::format("line {} has {} columns, the first line has {}", line_, fields.size(),
                       columns_),
           fields.size() < columns_ ? "a column is missing there" : "there is one too many");
    }
    for (const std::size_t column : inputs_) {
      const auto value = csv_number(fields[column]);
      if (!value && csv_too_great(fields[column])) {
        fail(fmt::format("line {}, column {}: '{}' is greater than a float32 can be (3.4e38)",
                         line_, column + 1, fields[column].substr(0, 40)),
             "bring the numbers of the column to the unit that the run was trained in");
      }
      if (!value) {
        fail(fmt::format("line {}, column {}: '{}' is no number", line_, column + 1,
                         fields[column].substr(0, 40)),
             "columns that are no inputs are called label, class, target, sample, id or name");
      }
      losses_.look(fields[column], *value, line_,
                   [&] { return fmt::format("column {}", column + 1); });
      values_.push_back(*value);
    }
  }

  /// Whether the first line is one of names. One that is half of each may be a sample with a value
  /// missing, and must not be passed over.
  bool are_names(const Fields& fields) const {
    const auto is_number = [](auto field) { return csv_number(field) || csv_too_great(field); };
    const auto other = std::find_if_not(fields.begin(), fields.end(), is_number);
    if (other == fields.end()) return false;
    if (std::none_of(fields.begin(), fields.end(), is_number)) {
      log().warn("{}: line 1 is taken for the names of its columns, and is no sample: {}", path_,
                 text_of(fields));
      return true;
    }
    const bool known = std::none_of(fields.begin(), fields.end(), [&](auto field) {
      return !is_number(field) && is_input(field);
    });
    if (known) return true;  // "label,0,1,2": columns that are called by numbers
    fail(fmt::format("line 1, column {}: '{}' is no number, and others of the line are",
                     other - fields.begin() + 1, other->substr(0, 40)),
         "mend the value; if the line holds names, call no column of inputs by a number");
  }

  /// Which columns are inputs.
  void begin(const Fields& fields, bool names) {
    columns_ = fields.size();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (!names || is_input(fields[i])) inputs_.push_back(i);
    }
    const auto wanted = static_cast<std::size_t>(wanted_.features());
    if (inputs_.size() == wanted) return;
    const std::string what =
        fmt::format("has {} columns of inputs, but the run takes {}{}", inputs_.size(), wanted,
                    wanted_.shape.size() > 1 ? fmt::format(" ({})", form_text(wanted_.shape)) : "");
    if (inputs_.size() < wanted) {
      if (fields.size() == 1 && fields[0].find_first_of(";\t") != std::string_view::npos) {
        fail(what, "columns are separated by commas here, not by semicolons or tabs");
      }
      fail(what, fmt::format("{} missing: one for each number of a sample, in their order",
                             wanted - inputs_.size() == 1
                                 ? "a column is"
                                 : fmt::format("{} columns are", wanted - inputs_.size())));
    }
    fail(what,
         names ? "columns that are no inputs are called label, class, target, sample, id or "
                 "name"
               : "if a column holds the label, give the file a first line of names: label, ...");
  }

  static std::string text_of(const Fields& fields) {
    constexpr std::size_t shown = 3;
    const Fields first(fields.begin(), fields.begin() + std::min(shown, fields.size()));
    return fmt::format("{}{}", fmt::join(first, ", "), fields.size() > shown ? ", ..." : "");
  }

  [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const {
    throw Error(ErrorCode::data, fmt::format("{}: {}", path_, what), hint);
  }

  const std::string& path_;
  const SampleSpec& wanted_;
  std::size_t columns_ = 0;
  std::int64_t line_ = 0;
  std::vector<std::size_t> inputs_;
  std::vector<float> values_;
  Losses losses_;
};

}  // namespace

Samples read_csv(const std::string& path, std::string_view bytes, const SampleSpec& wanted,
                 const Scaling& scaling) {
  at::Tensor inputs = Reader(path, wanted).read(bytes);
  if (scaling.numbers != 1) inputs = inputs / scaling.numbers;
  return {inputs.contiguous()};
}

}  // namespace glia::apply
