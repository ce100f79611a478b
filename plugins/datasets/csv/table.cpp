// SPDX-License-Identifier: MIT
#include "table.hpp"

#include "problems.hpp"
#include "resolution.hpp"

#include <glia/sdk/csv.hpp>
#include <glia/sdk/error.hpp>

#include <fnmatch.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace csv {
namespace {

namespace fs = std::filesystem;
using glia::CsvLines;

[[noreturn]] void fail(const std::string& what, const std::string& hint = {}) {
  throw glia::Error(glia::ErrorCode::data, what, hint);
}

std::string bytes_of(const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) fail(path + ": there is no such file");
  if (!fs::is_regular_file(path, ignored)) fail(path + ": is no file");
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path + ": cannot be read");
  // Piece by piece: what is no text, such as a file of zeros, is not held in memory to say so.
  std::string bytes, piece(std::size_t{1} << 20, '\0');
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const std::string_view some(piece.data(), static_cast<std::size_t>(file.gcount()));
    if (const auto zero = some.find('\0'); zero != std::string_view::npos) {
      fail(path + ": is no text: its byte " + std::to_string(bytes.size() + zero) + " is zero",
           "save the table as CSV in UTF-8");
    }
    bytes += some;
  }
  if (file.bad()) fail(path + ": cannot be read");
  return bytes;
}

std::string text_of(std::string_view field) { return std::string(field.substr(0, 40)); }

bool is_number(std::string_view field) {
  return glia::csv_number(field).has_value() || glia::csv_too_great(field);
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// What is likely meant where a column is not found.
std::string advice_on(const std::string& wanted, const std::vector<std::string>& names) {
  for (const auto& [letter, name] : {std::pair{';', "semicolon"}, {'\t', "tab"}, {',', "comma"}}) {
    if (names.size() == 1 && names.front().find(letter) != std::string::npos &&
        names.front().rfind("sep=", 0) != 0) {
      return std::string("the first line is one field, with a ") + name +
             " in it: say separator = \"" + name + '"';
    }
  }
  if (names.front().rfind("sep=", 0) == 0) {
    return "the first line speaks to a spreadsheet: leave it out; the second one names the columns";
  }
  for (const auto& name : names) {
    if (lower(name) == lower(wanted)) return "did you mean '" + name + "'?";
  }
  return "the columns are " + list_of(names);
}

/// Places of the columns that a name stands for or, where none is called so, a pattern.
std::vector<std::size_t> places_of(const CsvLines& lines, const Columns& columns,
                                   const std::string& wanted, bool patterns = true) {
  const auto& names = columns.names;
  const auto same = std::find(names.begin(), names.end(), wanted);
  if (same != names.end()) return {static_cast<std::size_t>(same - names.begin())};
  std::string pattern;  // brackets and backslashes are letters
  for (const char c : wanted) pattern.append(c == '[' || c == '\\' ? "\\" : "").push_back(c);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; patterns && i < names.size(); ++i) {
    if (::fnmatch(pattern.c_str(), names[i].c_str(), 0) == 0) places.push_back(i);
  }
  if (places.empty()) {
    lines.fail("there is no column '" + wanted + "'", advice_on(wanted, names));
  }
  return places;
}

void name_columns(const CsvLines& lines, const Form& form, Columns& columns) {
  const auto& fields = lines.fields();
  if (!form.header) {
    for (std::size_t i = 1; i <= fields.size(); ++i) columns.names.push_back(std::to_string(i));
    return;
  }
  if (std::all_of(fields.begin(), fields.end(), is_number)) {
    lines.fail("the first line holds numbers alone, expected the names of the columns",
               "say header = false; columns are named 1, 2, 3, ... then");
  }
  std::set<std::string> known;
  for (const auto field : fields) {
    columns.names.emplace_back(field);
    if (!known.insert(columns.names.back()).second) {
      if (field.empty()) {
        lines.fail("two columns have no name, the second of them is number " +
                       std::to_string(columns.names.size()),
                   "name them; where lines only end in separators, take those away");
      }
      lines.fail("two columns are called '" + columns.names.back() + "'",
                 "give each column a name of its own");
    }
  }
}

/// An entry of `inputs` that adds no column: it would be left out without a word.
[[noreturn]] void refuse_input(const CsvLines& lines, const Form& form, const Columns& columns,
                               const std::string& name) {
  const auto places = places_of(lines, columns, name, form.patterns);
  const auto first = places.front();
  const bool named =
      std::find(columns.inputs.begin(), columns.inputs.end(), first) != columns.inputs.end();
  const std::string why = named                     ? "it has named before"
                          : first == columns.target ? "is the target"
                                                    : "'ignore' names too";
  lines.fail("'inputs' names '" + name + "', which " + why, "leave it out of 'inputs'");
}

/// Of the first line, which `lines` has gone to.
Columns find_columns(const CsvLines& lines, const Form& form) {
  Columns columns;
  name_columns(lines, form, columns);
  const auto targets = places_of(lines, columns, form.target);
  if (targets.size() > 1) {
    lines.fail("'target' names " + std::to_string(targets.size()) + " columns", "name one");
  }
  columns.target = targets.front();
  std::set<std::size_t> left_out{columns.target};
  for (const auto& name : form.ignore) {
    for (const auto place : places_of(lines, columns, name)) left_out.insert(place);
  }
  const auto add = [&](std::size_t place) {
    const bool is_new = left_out.insert(place).second;
    if (is_new) columns.inputs.push_back(place);
    return is_new;
  };
  for (const auto& name : form.inputs) {
    bool any = false;  // a pattern may find again what was named before, but not that alone
    for (const auto place : places_of(lines, columns, name, form.patterns)) any |= add(place);
    if (!any) refuse_input(lines, form, columns, name);
  }
  if (form.inputs.empty()) {
    for (std::size_t i = 0; i < columns.names.size(); ++i) add(i);
  }
  if (columns.inputs.empty()) lines.fail("no column is left as an input");
  return columns;
}

/// Goes to the first line, and over it if it holds names.
CsvLines begin(const std::string& path, const std::string& bytes, const Form& form,
               Columns& columns) {
  if (bytes.find('\n') == std::string::npos && bytes.find('\r') != std::string::npos) {
    fail(path + ": its lines end in a carriage return alone, as those of old Macintoshes",
         "tr '\\r' '\\n' < FILE > NEW.csv makes lines of them");
  }
  CsvLines lines(path, bytes, form.separator);
  if (!lines.next()) fail(path + ": holds no lines");
  columns = find_columns(lines, form);
  const bool more = !form.header || lines.next();
  if (!more) fail(path + ": holds no samples, only the names of columns");
  return lines;
}

void require_width(const CsvLines& lines, const Columns& columns) {
  const auto found = lines.fields().size(), wanted = columns.names.size();
  if (found == wanted) return;
  lines.fail(
      "has " + std::to_string(found) + " columns, the first line has " + std::to_string(wanted),
      found < wanted ? "a column is missing there" : "there is one too many");
}

float number_at(const CsvLines& lines, const Form& form, const Columns& columns,
                std::size_t place) {
  const auto field = lines.fields()[place];
  const std::string where = "column '" + columns.names[place] + "': ";
  if (field.empty()) {
    lines.fail(where + "there is no value",
               columns.names[place].empty()
                   ? "a separator at the end of every line makes a column without a name: "
                     "ignore = [\"\"]"
                   : "leave out the line, or fill it in");
  }
  const auto number = glia::csv_number(field, form.decimal);
  if (glia::csv_too_great(field, form.decimal)) {
    lines.fail(where + "'" + text_of(field) + "' is greater than a float32 can be (3.4e38)",
               "bring the numbers of the column to another unit");
  }
  if (!number) {
    const std::string decimal = glia::csv_decimal_advice(field, form.decimal);
    lines.fail(where + "'" + text_of(field) + "' is no number",
               !form.header && lines.line() == 1
                   ? "if the first line holds the names of the columns, say header = true"
               : decimal.empty() ? "columns that are no inputs are named by 'ignore'"
                                 : decimal);
  }
  if (!std::isfinite(*number)) {
    lines.fail(where + "'" + text_of(field) + "' is no finite number",
               "leave out the line, or fill it in");
  }
  return *number;
}

/// The number at a place, and what it has lost.
float taken_at(const CsvLines& lines, const Form& form, const Columns& columns, std::size_t place,
               Losses& losses) {
  const float number = number_at(lines, form, columns, place);
  const auto field = lines.fields()[place];
  const std::string loss = glia::csv_loss(field, number, form.decimal);
  if (!loss.empty() && losses.count++ == 0) {
    losses.first = "line " + std::to_string(lines.line()) + ", column '" + columns.names[place] +
                   "': " + text_of(field) + ' ' + loss;
  }
  return number;
}

std::string class_at(const CsvLines& lines, const Columns& columns) {
  const auto field = lines.fields()[columns.target];
  if (field.empty()) {
    lines.fail("column '" + columns.names[columns.target] + "': there is no class",
               "leave out the line, or fill it in");
  }
  return std::string(field);
}

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// By name: another file may have them in another order, and others besides.
Form form_like(Form form, const std::vector<std::string>& like) {
  form.inputs = like;
  form.patterns = false;
  form.ignore.clear();
  return form;
}

}  // namespace

std::string list_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 12;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i) {
    text += (i ? ", '" : "'") + names[i].substr(0, 40) + '\'';
  }
  return names.size() > most ? text + " and " + std::to_string(names.size() - most) + " more"
                             : text;
}

Columns columns_of(const std::string& path, const Form& form) {
  Columns columns;
  const std::string bytes = bytes_of(path);
  begin(path, bytes, form, columns);
  return columns;
}

std::vector<std::string> input_names(const Columns& columns) {
  std::vector<std::string> names;
  for (const auto place : columns.inputs) names.push_back(columns.names[place]);
  return names;
}

void require_like(const std::string& path, const Form& form, const std::vector<std::string>& like) {
  columns_of(path, form_like(form, like));
}

Table read_table(const std::string& path, const Form& form, const std::vector<std::string>& like) {
  const std::string bytes = bytes_of(path);
  Columns columns;
  CsvLines lines = begin(path, bytes, form_like(form, like), columns);
  Table table;
  Problems problems(path, bytes);
  Resolution resolution(columns.inputs.size() + 1, form.decimal);  // the target is the last
  const auto number = [&](std::size_t place) {
    return problems.value_of(lines, place, 0.0F,
                             [&] { return taken_at(lines, form, columns, place, table.losses); });
  };
  std::map<std::string, std::int64_t, std::less<>> known;
  do {
    try {
      require_width(lines, columns);
    } catch (const glia::Error& e) {
      problems.note(e.message(), e.hint());
      continue;
    }
    for (std::size_t i = 0; i < columns.inputs.size(); ++i) {
      table.inputs.push_back(number(columns.inputs[i]));
      resolution.note(i, lines.fields()[columns.inputs[i]]);
    }
    table.lines.push_back(lines.line());
    if (!form.classes) {
      table.values.push_back(number(columns.target));
      resolution.note(columns.inputs.size(), lines.fields()[columns.target]);
      continue;
    }
    const auto text = problems.value_of(lines, columns.target, std::string(),
                                        [&] { return class_at(lines, columns); });
    const auto [at, is_new] = known.emplace(text, static_cast<std::int64_t>(known.size()));
    if (is_new) table.texts.push_back(text);
    table.classes.push_back(at->second);
  } while (lines.next());
  problems.require_none();
  if (table.losses.count == 0) {
    std::vector<std::string> names = like;
    names.push_back(columns.names[columns.target]);
    table.losses.same = resolution.text(names);
  }
  return table;
}

std::vector<std::string> classes_of(const std::string& path, const Form& form) {
  const std::string bytes = bytes_of(path);
  Columns columns;
  CsvLines lines = begin(path, bytes, form, columns);
  std::set<std::string> found;
  std::size_t without = 0;  // the first line that names no class
  do {
    // What else is wrong with cells, reading all of them tells, with many at once.
    if (lines.fields().size() != columns.names.size()) continue;
    if (lines.fields()[columns.target].empty()) {
      if (without == 0) without = static_cast<std::size_t>(lines.line());
      continue;
    }
    const std::string text = class_at(lines, columns);
    if (!whole_number(text) && is_number(text)) {
      lines.fail("column '" + columns.names[columns.target] + "': '" + text_of(text) +
                     "' looks like a value, not like a class",
                 "say target_is = \"value\" to regress on it, or list all in 'classes'");
    }
    found.insert(text);
  } while (lines.next());
  if (found.size() < 2 && without > 0) {  // one class for want of the others
    fail(path + ":" + std::to_string(without) + ": column '" + columns.names[columns.target] +
             "': there is no class",
         "leave out the line, or fill it in");
  }
  std::vector<std::string> all(found.begin(), found.end());
  if (std::all_of(all.begin(), all.end(), [](const auto& text) { return !!whole_number(text); })) {
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return *whole_number(a) < *whole_number(b);
    });
  }
  return all;
}

}  // namespace csv
