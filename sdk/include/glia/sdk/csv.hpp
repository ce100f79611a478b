// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glia {

/// The lines of a CSV file, one after the other (RFC 4180): a field in quotes may hold separators,
/// line ends and doubled quotes. Spaces around a field, blank lines and a byte order mark are no
/// part of anything. Used as:
///
///     CsvLines lines(path, text);
///     while (lines.next()) use(lines.line(), lines.fields());
class GLIA_API CsvLines {
 public:
  /// `text`, the whole file, must outlive the object; `path` is what errors call it.
  CsvLines(std::string path, std::string_view text, char separator = ',');

  /// Goes to the next line; false at the end. Error (data) where a quote is not closed, or where
  /// the line is not UTF-8.
  bool next();

  /// Of the line gone to: valid until the next one.
  const std::vector<std::string_view>& fields() const { return fields_; }
  /// Its number in the file, from 1; that of its first line where it goes over several.
  std::int64_t line() const { return line_; }

  /// Throws Error (data): "PATH:LINE: what".
  [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const;

 private:
  bool take_field();
  std::string_view quoted_field();
  void require_utf8(std::string_view line) const;

  std::string path_;
  std::string_view rest_;
  char separator_;
  std::int64_t line_ = 0, next_line_ = 1;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unquoted_;  // fields with doubled quotes
};

/// The float32 closest to a decimal number, to the last digit; nothing where the text is no number
/// or a greater one than there is. "nan" and "inf" are numbers. `decimal`, '.' or ',', is what stands
/// before the decimals; the other one is no part of a number. [thread-safe]
GLIA_API std::optional<float> csv_number(std::string_view text, char decimal = '.');

/// Whether the text is a number that `csv_number` does not give because it is greater than every
/// float32, as 1e60 is. [thread-safe]
GLIA_API bool csv_too_great(std::string_view text, char decimal = '.');

/// What a number loses as the float32 that `csv_number` gives: "becomes 16777216" of a whole number
/// with more digits than that holds, "becomes 0" of one that is too small; else empty. [thread-safe]
GLIA_API std::string csv_loss(std::string_view text, float number, char decimal = '.');

/// What to do about a field that is no number, where it is one with the other decimal sign; else
/// empty. [thread-safe]
GLIA_API std::string csv_decimal_advice(std::string_view text, char decimal);

}  // namespace glia
