// SPDX-License-Identifier: MIT
#include "plugin/example.hpp"

#include "plugin/descriptor_check.hpp"

#include <fmt/format.h>

#include <vector>

namespace glia::plugin {
namespace {

Value example_of(FieldKind kind, double number, const std::string& word) {
  const auto whole = static_cast<std::int64_t>(number);
  switch (kind) {
    case FieldKind::boolean:
      return true;
    case FieldKind::integer:
      return whole;
    case FieldKind::real:
      return number;
    case FieldKind::text:
      return word;
    case FieldKind::integers:
      return std::vector<std::int64_t>{whole};
    case FieldKind::reals:
      return std::vector<double>{number};
    case FieldKind::texts:
      return std::vector<std::string>{word};
  }
  return true;
}

/// A legal value for a parameter that has no default: its placeholder, or a guess within the range.
Value example_value(const FieldSpec& field) {
  const bool empty = field.default_value == Value(std::string());
  if (!empty && value_problem(field, field.default_value).empty()) {
    return field.default_value;
  }
  const double low = field.min.value_or(field.max.value_or(1) - 1);
  const double high = field.max.value_or(low + 2);
  const std::string word = field.choices.empty() ? "..." : field.choices.front();
  for (const double number : {low, high, low + 1, (low + high) / 2}) {
    const Value guess = example_of(field.kind, number, word);
    if (value_problem(field, guess).empty()) return guess;
  }
  return field.default_value;
}

}  // namespace

const char* kind_key(PluginKind kind) {
  return kind == PluginKind::wave_layer ? "wave_layer" : kind_name(kind);
}

std::string subject_name(const Descriptor& d) { return std::string(kind_key(d.kind)) + '/' + d.id; }

ValueMap example_values(const Descriptor& d) {
  ValueMap values;
  for (const auto& field : d.fields) {
    values[field.name] = field.required ? example_value(field) : field.default_value;
  }
  return values;
}

std::string example_toml(const Descriptor& d) {
  std::vector<std::string> settings;
  const ValueMap values = example_values(d);
  for (const auto& field : d.fields) {
    settings.push_back(fmt::format("{} = {}", field.name, to_text(values.at(field.name))));
  }
  if (d.kind == PluginKind::wave_layer || d.kind == PluginKind::activation) {
    const bool wave = d.kind == PluginKind::wave_layer;
    std::string step = fmt::format("{{ {} = \"{}\"", wave ? "wave" : "activation", d.id);
    for (const auto& setting : settings) step += ", " + setting;
    // An activation alone would be left out: what follows the last wave is dropped.
    const std::string before = wave ? "" : "{ wave = \"gather\" },\n  ";
    const std::string after = wave ? "" : "  { wave = \"gather\" },\n";
    return fmt::format("[network.my_network]\ninput = \"my_encoder\"\npattern = [\n  {}{} }},\n{}]",
                       before, step, after);
  }
  std::string text = fmt::format("[{}.my_{}]\nplugin = \"{}\"", kind_key(d.kind), d.id, d.id);
  if (d.kind == PluginKind::encoder) text += "\ninput = \"my_dataset\"";
  if (d.kind == PluginKind::head) text += "\ninput = \"my_network\"";
  for (const auto& setting : settings) text += '\n' + setting;
  return text;
}

}  // namespace glia::plugin
