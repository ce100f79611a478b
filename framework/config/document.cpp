// SPDX-License-Identifier: MIT
#include "config/document.hpp"

#include "config/toml_scan.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/value.hpp>

#include <toml++/toml.h>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace glia::config {
namespace {

/// Turns the parser's tree into ours; every position is in `file`.
class Converter {
 public:
  /// An argument is as long as a command line lets it be; it is copied to one place only.
  enum class Texts { of_file, of_argument };

  explicit Converter(std::string file, Texts texts = Texts::of_file)
      : file_(std::move(file)), texts_(texts) {}

  Source place(const toml::source_region& region) const {
    return {file_, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
  }

  Item convert(const toml::node& node, int depth = 0) const {
    Item item;
    item.source = place(node.source());
    // Values nest 256 deep at most in the parser, but dotted keys have no limit of their own.
    if (depth > max_depth) {
      throw Error(ErrorCode::configuration,
                  item.source.text() + ": error: the tables are nested too deeply");
    }
    if (const auto* table = node.as_table()) {
      item.kind = Item::Kind::table;
      members_ += table->size();
      if (table->size() > most_members || members_ > most_in_file) {
        throw Error(
            ErrorCode::configuration,
            fmt::format("{}: error: more than {}{}", item.source.text(),
                        table->size() > most_members ? most_members : most_in_file,
                        table->size() > most_members ? " keys in a table" : " keys in a file"));
      }
      for (const auto& [key, value] : *table) {
        if (key.str().size() > longest_key) refuse(place(key.source()), "a key", longest_key);
        item.members.push_back(
            {std::string(key.str()), place(key.source()), convert(value, depth + 1)});
      }
      std::stable_sort(item.members.begin(), item.members.end(),
                       [](const Member& a, const Member& b) { return a.source < b.source; });
    } else if (const auto* array = node.as_array()) {
      item.kind = Item::Kind::array;
      for (const auto& element : *array) item.items.push_back(convert(element, depth + 1));
    } else {
      scalar(node, item);
    }
    return item;
  }

 private:
  static constexpr int max_depth = 600;
  // Nobody writes more, and what is compared with each other must not be any number.
  static constexpr std::size_t most_members = 1000, most_in_file = 10'000;
  // Keys become paths of settings, names of files and columns; texts are copied to where they hold.
  static constexpr std::size_t longest_key = 400, longest_text = 10'000;

  [[noreturn]] static void refuse(const Source& source, const char* what, std::size_t longest) {
    throw Error(ErrorCode::configuration,
                fmt::format("{}: error: {} of more than {} bytes", source.text(), what, longest));
  }

  void scalar(const toml::node& node, Item& item) const {
    if (const auto* text = node.as_string()) {
      if (text->get().size() > longest_text && texts_ == Texts::of_file) {
        refuse(item.source, "a text", longest_text);
      }
      item.kind = Item::Kind::text;
      item.scalar = text->get();
    } else if (const auto* integer = node.as_integer()) {
      item.kind = Item::Kind::integer;
      item.scalar = integer->get();
    } else if (const auto* real = node.as_floating_point()) {
      item.kind = Item::Kind::real;
      item.scalar = real->get();
    } else if (const auto* boolean = node.as_boolean()) {
      item.kind = Item::Kind::boolean;
      item.scalar = boolean->get();
    } else {
      item.kind = Item::Kind::date;
    }
  }

  std::string file_;
  Texts texts_;
  mutable std::size_t members_ = 0;
};

/// "Error while parsing ..." reads better as the rest of our sentence.
std::string tidy(std::string_view description) {
  constexpr std::string_view prefix = "Error ";
  if (description.starts_with(prefix)) description.remove_prefix(prefix.size());
  std::string text(description);
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

void set_source(Item& item, const Source& source) {
  item.source = source;
  for (auto& element : item.items) set_source(element, source);
  for (auto& member : item.members) {
    member.source = source;
    set_source(member.value, source);
  }
}

std::optional<Item> parse_assigned(const std::string& text, const Source& source) {
  try {
    const toml::table table = toml::parse("value = " + text);
    if (table.size() != 1) return std::nullopt;  // a line break in `text` began something else
    Item item = Converter(source.name, Converter::Texts::of_argument).convert(*table.get("value"));
    set_source(item, source);
    return item;
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

}  // namespace

const Member* Item::find(std::string_view key) const {
  for (const auto& member : members) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

Member* Item::find(std::string_view key) {
  return const_cast<Member*>(std::as_const(*this).find(key));
}

Item parse_document(const std::string& text, const std::string& file) {
  const Converter converter(file);
  if (const auto at = scan_toml(text).too_deep) {
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*at), '\n');
    const auto start = text.rfind('\n', *at);
    throw Error(
        ErrorCode::configuration,
        fmt::format("{}: error: tables, lists and dotted keys nest more than {} deep",
                    Source{file, static_cast<int>(line) + 1,
                           static_cast<int>(*at - (start == std::string::npos ? -1 : start))}
                        .text(),
                    deepest_toml));
  }
  try {
    return converter.convert(toml::parse(text, file));
  } catch (const toml::parse_error& e) {
    throw Error(ErrorCode::configuration,
                fmt::format("{}: error: not valid TOML: {}", converter.place(e.source()).text(),
                            tidy(e.description())));
  }
}

std::optional<Item> parse_value(const std::string& text, const Source& source) {
  // A comment would hide what stands behind it: such a value is text, as a whole.
  const TomlScan found = scan_toml(text);
  if (found.comment || found.too_deep) return parse_assigned(to_text(Value{text}), source);
  if (auto item = parse_assigned(text, source)) return item;
  return parse_assigned(to_text(Value{text}), source);
}

std::string describe(const Item& item) {
  constexpr std::size_t longest = 60;
  switch (item.kind) {
    case Item::Kind::boolean:
      return "the boolean " + to_text(Value{std::get<bool>(item.scalar)});
    case Item::Kind::integer:
      return "the integer " + to_text(Value{std::get<std::int64_t>(item.scalar)});
    case Item::Kind::real:
      return "the number " + to_text(Value{std::get<double>(item.scalar)});
    case Item::Kind::text: {
      std::string text = to_text(Value{std::get<std::string>(item.scalar)});
      if (text.size() > longest) {
        std::size_t end = longest;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
        text.resize(end);
        text += "...\"";
      }
      return "text " + text;
    }
    case Item::Kind::date:
      return "a date or time";
    case Item::Kind::array:
      return "a list";
    case Item::Kind::table:
      return "a table";
  }
  return "?";
}

}  // namespace glia::config
