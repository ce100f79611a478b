// SPDX-License-Identifier: MIT
#include "plugin/descriptor_check.hpp"

#include "core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace glia::plugin {
namespace {

/// "1" rather than "1.0": bounds are real numbers, whatever the parameter is.
std::string short_text(double number) {
  std::string text = to_text(Value(number));
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string problem_of(const FieldSpec& field, double number) {
  // Written so that NaN is refused by every bound.
  if (field.min && (field.min_open ? !(number > *field.min) : !(number >= *field.min))) {
    const char* relation = field.min_open ? " is not above " : " is not at least ";
    return short_text(number) + relation + short_text(*field.min);
  }
  if (field.max && (field.max_open ? !(number < *field.max) : !(number <= *field.max))) {
    const char* relation = field.max_open ? " is not below " : " is not at most ";
    return short_text(number) + relation + short_text(*field.max);
  }
  return "";
}

std::string problem_of(const FieldSpec&, bool) { return ""; }

std::string problem_of(const FieldSpec& field, std::int64_t number) {
  return problem_of(field, static_cast<double>(number));
}

std::string problem_of(const FieldSpec& field, const std::string& text) {
  const auto& legal = field.choices;
  if (legal.empty() || std::find(legal.begin(), legal.end(), text) != legal.end()) return "";
  return fmt::format("{} is not one of {}", to_text(Value(text)), quoted_list(legal));
}

template <class T>
std::string problem_of(const FieldSpec& field, const std::vector<T>& list) {
  for (const auto& element : list) {
    if (auto problem = problem_of(field, element); !problem.empty()) return problem;
  }
  return "";
}

bool has_only_its_maker(const Descriptor& d) {
  return static_cast<bool>(d.make_dataset) == (d.kind == PluginKind::dataset) &&
         static_cast<bool>(d.make_encoder) == (d.kind == PluginKind::encoder) &&
         static_cast<bool>(d.make_wave_layer) == (d.kind == PluginKind::wave_layer) &&
         static_cast<bool>(d.make_activation) == (d.kind == PluginKind::activation) &&
         static_cast<bool>(d.make_head) == (d.kind == PluginKind::head) &&
         static_cast<bool>(d.make_task) == (d.kind == PluginKind::task);
}

void check_fields(const Descriptor& d, const std::string& name, std::vector<std::string>& found) {
  std::set<std::string> seen;
  for (const auto& field : d.fields) {
    const std::string where = fmt::format("{}, parameter '{}': ", name, field.name);
    if (!is_identifier(field.name)) {
      found.push_back(where + "a name is lower-case letters, digits and underscores");
    }
    if (!seen.insert(field.name).second) found.push_back(where + "declared twice");
    if (field.default_value.index() != static_cast<std::size_t>(field.kind)) {
      found.push_back(
          fmt::format("{}the default's type is not '{}'", where, kind_name(field.kind)));
    } else if (!field.required) {  // a required one's default is only a placeholder
      const auto problem = value_problem(field, field.default_value);
      if (!problem.empty()) found.push_back(fmt::format("{}the default {}", where, problem));
    }
  }
}

}  // namespace

bool is_identifier(std::string_view text) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && lower(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
    return lower(c) || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string value_problem(const FieldSpec& field, const Value& value) {
  return std::visit([&](const auto& v) { return problem_of(field, v); }, value);
}

std::vector<std::string> descriptor_problems(const std::vector<Descriptor>& all) {
  std::vector<std::string> found;
  std::set<std::pair<PluginKind, std::string>> seen;
  for (const auto& d : all) {
    if (std::find(plugin_kinds.begin(), plugin_kinds.end(), d.kind) == plugin_kinds.end()) {
      found.push_back(fmt::format("'{}' is of a kind that this program does not know", d.id));
      continue;
    }
    const std::string name = fmt::format("{} '{}'", kind_name(d.kind), d.id);
    if (!is_identifier(d.id)) {
      found.push_back(name +
                      ": an id is lower-case letters, digits and underscores, and starts "
                      "with a letter");
    }
    if (!seen.emplace(d.kind, d.id).second) found.push_back(name + " is offered twice");
    if (!has_only_its_maker(d)) {
      found.push_back(name + " has no maker of its kind, or one of another kind");
    }
    check_fields(d, name, found);
  }
  return found;
}

}  // namespace glia::plugin
