// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/csv.hpp>
#include <glia/sdk/error.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace csv {

/// What is wrong with the cells of a file: all are counted, the first ones are told.
class Problems {
 public:
  Problems(const std::string& path, const std::string& bytes) : path_(path), bytes_(bytes) {}

  /// What `read` gives; `instead` where it is an Error about a cell of this place.
  template <class Value, class Read>
  Value value_of(const glia::CsvLines& lines, std::size_t place, Value instead, Read read) {
    try {
      return read();
    } catch (const glia::Error& e) {
      const std::string line = path_ + ':' + std::to_string(lines.line());
      std::string what = e.message();
      const std::size_t column = letter(lines.fields()[place]);
      if (column > 0 && what.rfind(line + ": ", 0) == 0) {
        what.insert(line.size(), ':' + std::to_string(column));
      }
      note(what, e.hint());
      return instead;
    }
  }
  void note(const std::string& what, const std::string& hint) {
    if (++count_ > most) return;
    if (count_ == 1) hint_ = hint;
    told_.push_back(what);
  }
  void require_none() const {
    if (count_ == 0) return;
    if (count_ == 1) throw glia::Error(glia::ErrorCode::data, told_.front(), hint_);
    std::string text = path_ + ": " + std::to_string(count_) + " places cannot be read";
    for (const auto& line : told_) text += "\n  " + line;
    if (count_ > most) text += "\n  and " + std::to_string(count_ - most) + " more";
    throw glia::Error(glia::ErrorCode::data, text, hint_);
  }

 private:
  static constexpr std::size_t most = 10;

  /// Where a field begins in its line, from 1; 0 where it is a copy, as its quotes were doubled.
  std::size_t letter(std::string_view field) const {
    const char *first = bytes_.data(), *at = field.data();
    const std::less<const char*> before;
    if (before(at, first) || before(first + bytes_.size(), at)) return 0;
    std::size_t column = 1;
    while (at != first && at[-1] != '\n' && at[-1] != '\r') --at, ++column;
    return column;
  }

  const std::string& path_;
  const std::string& bytes_;
  std::size_t count_ = 0;
  std::vector<std::string> told_;
  std::string hint_;
};

}  // namespace csv
