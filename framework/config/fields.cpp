// SPDX-License-Identifier: MIT
#include "config/fields.hpp"

#include "config/field_text.hpp"
#include "config/host_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <type_traits>
#include <utility>

namespace glia::config {
namespace {

std::string with_article(FieldKind kind) {
  switch (kind) {
    case FieldKind::text:
      return "text";
    case FieldKind::integer:
      return "an integer";
    case FieldKind::boolean:
    case FieldKind::real:
    case FieldKind::integers:
    case FieldKind::reals:
    case FieldKind::texts:
      break;
  }
  return std::string("a ") + kind_name(kind);
}

bool in_range(double value, const FieldSpec& spec) {
  if (!spec.min && !spec.max) return true;
  if (!std::isfinite(value)) return false;
  if (spec.min && (spec.min_open ? value <= *spec.min : value < *spec.min)) return false;
  if (spec.max && (spec.max_open ? value >= *spec.max : value > *spec.max)) return false;
  return true;
}

/// One value against one field; `label` is what messages call it ("widths[2]").
class Checker {
 public:
  Checker(const FieldSpec& spec, Diagnostics& problems) : spec_(spec), problems_(problems) {}

  std::optional<Value> check(const Item& item) {
    switch (spec_.kind) {
      case FieldKind::boolean:
        return scalar<bool>(item, FieldKind::boolean, spec_.name);
      case FieldKind::integer:
        return scalar<std::int64_t>(item, FieldKind::integer, spec_.name);
      case FieldKind::real:
        return scalar<double>(item, FieldKind::real, spec_.name);
      case FieldKind::text:
        return scalar<std::string>(item, FieldKind::text, spec_.name);
      case FieldKind::integers:
        return list<std::int64_t>(item, FieldKind::integer);
      case FieldKind::reals:
        return list<double>(item, FieldKind::real);
      case FieldKind::texts:
        return list<std::string>(item, FieldKind::text);
    }
    return std::nullopt;
  }

 private:
  template <class T>
  std::optional<T> scalar(const Item& item, FieldKind kind, const std::string& label) {
    const T* found = std::get_if<T>(&item.scalar);
    T value{};
    if (found) {
      value = *found;
    } else if (const auto* integer = std::get_if<std::int64_t>(&item.scalar);
               integer && std::is_same_v<T, double>) {
      if constexpr (std::is_same_v<T, double>) value = static_cast<double>(*integer);
    } else {
      wrong_kind(item, kind, label);
      return std::nullopt;
    }
    if (!legal(value, item, label)) return std::nullopt;
    return value;
  }

  template <class T>
  std::optional<Value> list(const Item& item, FieldKind element_kind) {
    if (!item.is_array()) {
      wrong_kind(item, spec_.kind, spec_.name);
      return std::nullopt;
    }
    std::vector<T> values;
    for (std::size_t i = 0; i < item.items.size(); ++i) {
      const auto label = spec_.name + '[' + std::to_string(i) + ']';
      if (auto value = scalar<T>(item.items[i], element_kind, label)) values.push_back(*value);
    }
    if (values.size() != item.items.size()) return std::nullopt;
    return Value{std::move(values)};
  }

  template <class T>
  bool legal(const T& value, const Item& item, const std::string& label) {
    if constexpr (std::is_same_v<T, std::string>) {
      const auto& choices = spec_.choices;
      if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) {
        return true;
      }
      problems_.error(
          item.source,
          fmt::format("{} must be {}{}, not {}", label, choices.size() > 1 ? "one of " : "",
                      quoted_list(choices), to_text(Value{value})),
          did_you_mean(value, choices));
      return false;
    } else if constexpr (!std::is_same_v<T, bool>) {
      if (in_range(static_cast<double>(value), spec_)) return true;
      problems_.error(item.source,
                      fmt::format("{} must be {}, not {}", label, range_text(spec_), plain(value)));
      return false;
    }
    return true;
  }

  void wrong_kind(const Item& item, FieldKind wanted, const std::string& label) {
    problems_.error(
        item.source,
        fmt::format("{} must be {}, not {}", label, with_article(wanted), describe(item)),
        remedy(item, wanted));
  }

  static std::string remedy(const Item& item, FieldKind wanted) {
    const auto* real = std::get_if<double>(&item.scalar);
    if (wanted == FieldKind::integer && real && std::trunc(*real) == *real &&
        std::abs(*real) < 1e15) {
      return "write " + plain(*real);
    }
    if (wanted == FieldKind::boolean) return "write true or false";
    if (const auto* text = std::get_if<std::string>(&item.scalar)) {
      if (wanted == FieldKind::integer || wanted == FieldKind::real) return remedy(*text, wanted);
    }
    if (wanted == FieldKind::text && item.kind != Item::Kind::array &&
        item.kind != Item::Kind::table) {
      return item.source.line ? "put it in quotes"
                              : "put it in quotes that the shell leaves alone: 'KEY=\"VALUE\"'";
    }
    return {};
  }

  /// Of a text where a number is wanted: numbers that do not fit come here as text.
  static std::string remedy(const std::string& text, FieldKind wanted) {
    const std::size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    const auto digits = text.find_first_not_of("0123456789", sign) - sign;  // npos stays great
    if (text.size() > sign && digits >= text.size() - sign) {
      if (text[sign] == '0') return "leave out the zeros in front";
      std::int64_t value = 0;
      const char* past = text.data() + text.size();
      const auto read = std::from_chars(text.data() + (text[0] == '+' ? 1 : 0), past, value);
      if (read.ec == std::errc{} && read.ptr == past) return "leave out the quotes";
      return "whole numbers go from -9223372036854775808 to 9223372036854775807";
    }
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (wanted == FieldKind::real && !text.empty() && *end == '\0' && std::isinf(value)) {
      return "numbers go up to 1.797e308";
    }
    return {};
  }

  const FieldSpec& spec_;
  Diagnostics& problems_;
};

std::string missing_hint(const FieldSpec& spec) {
  std::string hint = fmt::format("'{}' is {}", spec.name, with_article(spec.kind));
  if (!spec.choices.empty()) hint += ", one of " + quoted_list(spec.choices);
  return spec.doc.empty() ? hint : fmt::format("{}: {}", hint, spec.doc);
}

}  // namespace

namespace {

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The same for a list of such values.
std::optional<Value> check_list(const Item& item, const FieldSpec& spec, Diagnostics& problems) {
  FieldSpec of_list = spec;
  of_list.kind = FieldKind::texts;
  return check_value(item, of_list, problems);
}

}  // namespace

namespace {

bool is_argument(const Source& source) { return source.line == 0 && !source.name.empty(); }

/// An argument that chooses another plugin asks for that one's keys.
const Source& place_of_lack(const Table& table) {
  const Member* plugin = table.find("plugin");
  return plugin && is_argument(plugin->value.source) ? plugin->value.source : table.source;
}

}  // namespace

Source Table::blame() const {
  Source found = source;
  for (const auto& member : item->members) {
    if (is_argument(member.value.source)) found = member.value.source;
  }
  return found;
}

std::optional<Value> check_value(const Item& item, const FieldSpec& spec, Diagnostics& problems) {
  return Checker(spec, problems).check(item);
}

FieldValues read_fields(const Table& table, const std::vector<FieldSpec>& fields, Reading& reading,
                        const Item* fallback, const std::vector<std::string>* lists) {
  FieldValues result;
  for (const auto& spec : fields) {
    const Member* member = table.find(spec.name);
    if (!member && fallback) member = fallback->find(spec.name);
    Value value = spec.default_value;
    if (member) {
      const bool list = lists && member->value.is_array() && has(*lists, spec.name);
      const auto check = list ? check_list : check_value;
      if (auto checked = check(member->value, spec, reading.problems)) {
        value = std::move(*checked);
      } else {
        result.ok = false;
      }
    } else if (spec.required) {
      reading.problems.error(place_of_lack(table),
                             fmt::format("'{}' lacks the required key '{}'", table.path, spec.name),
                             missing_hint(spec));
      result.ok = false;
    }
    // A choice that nobody has made and that has no default is no setting.
    const bool open = !member && !spec.choices.empty() && value == Value{std::string()};
    if (!open) {
      reading.settings.push_back({table.path + '.' + spec.name, to_text(value),
                                  member ? member->value.source.text() : "default"});
    }
    result.values.emplace(spec.name, std::move(value));
  }
  return result;
}

void refuse_unknown_keys(const Table& table, const std::vector<std::string>& known,
                         Diagnostics& problems) {
  for (const auto& member : table.item->members) {
    if (has(known, member.key)) continue;
    std::string hint = did_you_mean(member.key, known);
    if (hint.empty()) hint = "known keys: " + quoted_list(known);
    for (const HostTable* inner : section_tables()) {
      if (!has(known, inner->name) || !has(inner->keys(), member.key)) continue;
      hint = fmt::format("'{}' belongs in {} = {{ ... }}", member.key, inner->name);
    }
    if (member.key == "extends") hint = "'extends' stands above the first table of the file";
    problems.error(member.source, fmt::format("unknown key '{}' in '{}'", member.key, table.path),
                   hint);
  }
}

std::optional<Table> as_table(const Member& member, const std::string& path,
                              Diagnostics& problems) {
  if (member.value.is_table()) return Table{&member.value, member.source, path};
  problems.error(member.value.source,
                 fmt::format("'{}' must be a table, not {}", path, describe(member.value)));
  return std::nullopt;
}

}  // namespace glia::config
