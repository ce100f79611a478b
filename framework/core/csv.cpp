// SPDX-License-Identifier: MIT
#include <glia/sdk/csv.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/utf8.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

// By hand: an exact number parser is in the standard library, and the rest of the format is this.
namespace glia {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(blanks);
  return from == std::string_view::npos
             ? std::string_view()
             : text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

}  // namespace

CsvLines::CsvLines(std::string path, std::string_view text, char separator)
    : path_(std::move(path)), rest_(text), separator_(separator) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
}

bool CsvLines::next() {
  while (!rest_.empty()) {
    fields_.clear();
    unquoted_.clear();
    line_ = next_line_;
    const std::string_view from = rest_;
    while (take_field()) continue;
    require_utf8(from.substr(0, from.size() - rest_.size()));
    const bool blank = fields_.size() == 1 && fields_.front().data() == nullptr;
    if (!blank) return true;
  }
  return false;
}

void CsvLines::fail(const std::string& what, const std::string& hint) const {
  throw Error(ErrorCode::data, fmt::format("{}:{}: {}", path_, line_, what), hint);
}

/// Names of columns and classes are written down, in places that hold text only.
void CsvLines::require_utf8(std::string_view line) const {
  const auto at = not_utf8(line);
  if (!at) return;
  fail(fmt::format("byte {} of the line, {:#x}, is no UTF-8", *at + 1,
                   static_cast<unsigned char>(line[*at])),
       "save the table as CSV in UTF-8: iconv -f LATIN1 -t UTF-8 does, if it is of an older "
       "spreadsheet");
}

/// Takes one field and what ends it; whether the line goes on.
bool CsvLines::take_field() {
  const auto start = rest_.find_first_not_of(separator_ == '\t' ? " \r" : blanks);
  if (start != std::string_view::npos && rest_[start] == '"') {
    rest_.remove_prefix(start + 1);
    fields_.push_back(quoted_field());
    const auto end = rest_.find_first_of(std::string{separator_, '\n'});
    if (!trimmed(rest_.substr(0, end)).empty()) {
      fail("there is something behind the quote that closes a field",
           "write a quote within a field as two");
    }
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
  } else {
    const auto end = rest_.find_first_of(std::string{separator_, '\n'});
    fields_.push_back(trimmed(rest_.substr(0, end)));
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
  }
  if (rest_.empty()) return false;
  const bool goes_on = rest_.front() == separator_;
  if (!goes_on) ++next_line_;
  rest_.remove_prefix(1);
  if (goes_on && rest_.empty()) fields_.emplace_back();  // "1,2," at the very end
  return goes_on && !rest_.empty();
}

/// The field whose opening quote has been taken, without its closing one.
std::string_view CsvLines::quoted_field() {
  std::string* copy = nullptr;
  std::string_view field;
  for (;;) {
    const auto end = rest_.find('"');
    if (end == std::string_view::npos) fail("a quote is not closed", "add the closing quote");
    field = rest_.substr(0, end);
    for (const char c : field) next_line_ += c == '\n';
    rest_.remove_prefix(end + 1);
    const bool doubled = rest_.starts_with('"');
    if (doubled && !copy) copy = &unquoted_.emplace_back();
    if (copy) *copy += field;
    if (!doubled) break;
    *copy += '"';
    rest_.remove_prefix(1);
  }
  if (copy) return *copy;
  return field.data() && !field.empty() ? field : std::string_view("");
}

namespace {

/// Points and decimal signs change places: "1.234,5", which is no number, stays none.
std::string with_point(std::string_view text, char decimal) {
  std::string changed(text);
  for (char& c : changed) c = c == decimal ? '.' : c == '.' ? decimal : c;
  return changed;
}

/// Of a number that no double holds: whether it is too small for one, and not too great.
bool below_one(std::string_view text) {
  const auto exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) return text.substr(exponent + 1).starts_with('-');
  const auto whole = text.substr(0, text.find('.'));
  return whole.find_first_of("123456789") == std::string_view::npos;
}

}  // namespace

std::optional<float> csv_number(std::string_view text, char decimal) {
  if (decimal != '.') return csv_number(with_point(text, decimal));
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  const char *begin = text.data(), *end = begin + text.size();
  float value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (text.empty() || stop != end) return std::nullopt;
  if (error == std::errc{}) return value;
  if (error != std::errc::result_out_of_range) return std::nullopt;
  // Too great, or so small that it is zero: a number with more room tells.
  double wide = 0;
  const bool fits = std::from_chars(begin, end, wide).ec == std::errc{};
  if (fits && std::abs(wide) < 1) return static_cast<float>(wide);
  if (!fits && below_one(text)) return text.starts_with('-') ? -0.0F : 0.0F;
  return std::nullopt;
}

bool csv_too_great(std::string_view text, char decimal) {
  if (decimal != '.') return csv_too_great(with_point(text, decimal));
  if (csv_number(text)) return false;
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool digits = !text.empty() && (text[0] == '.' || (text[0] >= '0' && text[0] <= '9'));
  double wide = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, wide);
  return digits && stop == end && error != std::errc::invalid_argument &&
         text.find("e-") == std::string_view::npos && text.find("E-") == std::string_view::npos &&
         (error != std::errc{} || wide > 1);
}

std::string csv_loss(std::string_view text, float number, char decimal) {
  constexpr float all_whole = 1 << 24;  // below, every whole number is a float32
  if (!(std::abs(number) >= all_whole) && number != 0) return {};
  if (decimal != '.') return csv_loss(with_point(text, decimal), number);
  const auto mantissa = text.substr(0, text.find_first_of("eE"));
  if (number == 0) {
    return mantissa.find_first_of("123456789") == std::string_view::npos ? "" : "becomes 0";
  }
  if (mantissa.size() < text.size()) return {};  // of such a number nobody expects every digit
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto whole = text.substr(0, text.find('.'));
  std::int64_t wanted = 0;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), wanted);
  const std::string found = fmt::format("{:.0f}", number);
  const bool same = error == std::errc{} ? fmt::format("{}", wanted) == found : whole == found;
  return end != whole.data() + whole.size() || same ? "" : "becomes " + found;
}

std::string csv_decimal_advice(std::string_view text, char decimal) {
  const char other = decimal == '.' ? ',' : '.';
  if (!csv_number(text, other)) return {};
  // "1,000": three digits behind the only separator are thousands as often as decimals.
  const auto at = text.find(other);
  const bool thousands =
      text.size() - at == 4 && text.find_first_of("eE") == std::string_view::npos;
  const char* written = thousands ? "; of thousands, write the number without it" : "";
  return other == ','
             ? fmt::format("if that is a decimal comma, say decimal = \"comma\"{}", written)
             : fmt::format("if that is a decimal point, leave out decimal = \"comma\"{}", written);
}

}  // namespace glia
