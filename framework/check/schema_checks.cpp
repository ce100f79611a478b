// SPDX-License-Identifier: MIT
// Parameters as declared: what is legal works, what is not is refused by name.
#include "check/tools.hpp"
#include "config/document.hpp"
#include "config/fields.hpp"
#include "config/host_tables.hpp"
#include "config/node_kind.hpp"
#include "core/catalog.hpp"
#include "plugin/descriptor_check.hpp"
#include "plugin/example.hpp"

#include <glia/sdk/activation.hpp>
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/task.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::check {
namespace {

void make(const Descriptor& d, const ValueMap& values) {
  if (d.make_dataset) d.make_dataset(values);
  if (d.make_encoder) d.make_encoder(values);
  if (d.make_wave_layer) d.make_wave_layer(values);
  if (d.make_activation) d.make_activation(values);
  if (d.make_head) d.make_head(values);
  if (d.make_task) d.make_task(values);
}

std::string reason(const std::exception& e) {
  const std::string text = e.what();
  return text.substr(0, text.find('\n'));
}

void defaults(const Subject& s) {
  const ValueMap values = plugin::example_values(*s.descriptor);
  for (const auto& sentence : s.descriptor->violations(values)) {
    throw Failure{"the defaults break a rule of its own: " + sentence};
  }
  try {
    make(*s.descriptor, values);
  } catch (const std::exception& e) {
    throw Failure{"no instance can be made from the defaults: " + reason(e)};
  }
}

/// What the reader of pipeline files says to NAME = TEXT; "" if it takes it.
std::string verdict(const FieldSpec& field, const std::string& text) {
  const auto item = config::parse_value(text, Source{"value", 0, 0});
  if (!item) return field.name + " is no value";
  Diagnostics problems;
  config::check_value(*item, field, problems);
  return problems.ok() ? "" : problems.sorted().front().message;
}

struct Attempt {
  std::string text, what;
};

std::string list_if(bool list, const std::string& text) { return list ? '[' + text + ']' : text; }

/// What this field must refuse, by its declaration.
std::vector<Attempt> illegal(const FieldSpec& f) {
  std::vector<Attempt> all;
  const auto kind = f.kind;
  const bool list = kind >= FieldKind::integers;
  const bool whole = kind == FieldKind::integer || kind == FieldKind::integers;
  const bool text = kind == FieldKind::text || kind == FieldKind::texts;
  all.push_back({text ? "1" : "\"word\"", "a value of the wrong type"});
  all.push_back({list ? "1" : "[1, 2]", "a value of the wrong type"});
  if (whole) all.push_back({list_if(list, "0.5"), "a fraction"});
  if (kind != FieldKind::boolean) all.push_back({list_if(list, "true"), "a boolean"});
  if (!f.choices.empty()) {
    all.push_back({text ? list_if(list, "\"none of these\"") : list_if(list, "77077"),
                   "what is none of the choices"});
  }
  const auto beyond = [&](double bound, bool open, double direction) {
    const double step = whole ? 1 : std::max(1e-6, std::abs(bound) * 1e-9);
    const double number = open ? bound : bound + direction * step;
    if (whole && std::abs(number) > 9e15) return;  // not every such integer is a double
    const std::string digits = to_text(Value(number));
    const std::string out = whole ? std::to_string(static_cast<std::int64_t>(number)) : digits;
    all.push_back({list_if(list, text ? fmt::format("\"{}\"", out) : out),
                   fmt::format("a value {} its bound", direction < 0 ? "below" : "above")});
  };
  if (f.min) beyond(*f.min, f.min_open, -1);
  if (f.max) beyond(*f.max, f.max_open, 1);
  return all;
}

void bounds(const Subject& s) {
  for (const auto& field : s.descriptor->fields) {
    for (const auto& attempt : illegal(field)) {
      const auto said = verdict(field, attempt.text);
      expect(!said.empty(), fmt::format("'{} = {}' is taken, though it is {}\nthe declaration "
                                        "promises what the type of the parameter cannot hold it to",
                                        field.name, attempt.text, attempt.what));
      expect(said.find(field.name) != std::string::npos,
             fmt::format("the message for '{}' does not name it: {}", field.name, said));
    }
    expect(!field.min || !field.max || *field.min <= *field.max,
           fmt::format("'{}' allows nothing: its range is empty", field.name));
  }
}

/// Legal values at the edges of one field's range.
std::vector<Value> corners(const FieldSpec& f) {
  std::vector<Value> all;
  const auto number = [&](double x) {
    if (f.kind == FieldKind::real) all.emplace_back(x);
    if (f.kind == FieldKind::integer) all.emplace_back(static_cast<std::int64_t>(x));
  };
  const double step = f.kind == FieldKind::integer ? 1 : 1e-6;
  if (f.min) number(f.min_open ? *f.min + step : *f.min);
  // A bound that only says what the type can hold is no size that anybody would ask for.
  if (f.max && *f.max < 1e6) number(f.max_open ? *f.max - step : *f.max);
  if (f.kind == FieldKind::boolean) all = {true, false};
  if (f.kind == FieldKind::text) {
    for (const auto& choice : f.choices) all.emplace_back(choice);
  }
  std::erase_if(all, [&](const Value& v) { return !plugin::value_problem(f, v).empty(); });
  return all;
}

void legal(const Subject& s) {
  for (const auto& field : s.descriptor->fields) {
    for (const auto& value : corners(field)) {
      ValueMap values = plugin::example_values(*s.descriptor);
      values[field.name] = value;
      const std::string setting = fmt::format("'{} = {}'", field.name, to_text(value));
      try {
        if (!s.descriptor->violations(values).empty()) continue;
      } catch (const std::exception& e) {
        continue;  // schema-rules speaks of that
      }
      try {
        make(*s.descriptor, values);
      } catch (const std::exception& e) {
        throw Failure{
            fmt::format("{} is declared legal, but no instance can be made: {}\nnarrow the range, "
                        "or say it with a glia::rule",
                        setting, reason(e))};
      }
    }
  }
}

void rules(const Subject& s) {
  for (const auto& field : s.descriptor->fields) {
    for (const auto& value : corners(field)) {
      ValueMap values = plugin::example_values(*s.descriptor);
      values[field.name] = value;
      const std::string setting = fmt::format("'{} = {}'", field.name, to_text(value));
      try {
        const auto first = s.descriptor->violations(values);
        expect(first == s.descriptor->violations(values),
               fmt::format("the rules judge {} in two ways", setting));
        for (const auto& sentence : first) {
          expect(!sentence.empty(), fmt::format("a rule refuses {} without a word", setting));
        }
      } catch (const std::exception& e) {
        throw Failure{
            fmt::format("a rule throws at {}: {}\na rule returns what is wrong, or nullptr",
                        setting, reason(e))};
      }
    }
  }
}

void docs(const Subject& s) {
  expect(s.descriptor->doc.size() >= 8, "it says nothing of itself");
  std::string silent;
  for (const auto& field : s.descriptor->fields) {
    if (field.doc.size() < 8)
      silent += fmt::format("{}{}'", silent.empty() ? "'" : ", '", field.name);
  }
  expect(silent.empty(), "without a doc: " + silent);
}

/// The host's table in which a plugin of this kind is named.
const config::HostTable& table_of(PluginKind kind) {
  for (const auto* node : config::node_kinds()) {
    if (node->table().plugin == kind) return node->table();
  }
  return config::step_table();  // layers and activations are steps of a pattern
}

void setting_names(const Subject& s) {
  const auto keys = table_of(s.descriptor->kind).keys();
  for (const auto& field : s.descriptor->fields) {
    expect(std::find(keys.begin(), keys.end(), field.name) == keys.end(),
           fmt::format("the parameter '{}' has the name of a key that the program itself reads",
                       field.name));
  }
}

/// A catalogue of one.
class Only final : public Catalog {
 public:
  explicit Only(const Descriptor& d) : entry_{&d, "0.0.0", ""} {}
  const CatalogEntry* find(PluginKind kind, std::string_view id) const override {
    return kind == entry_.descriptor->kind && id == entry_.descriptor->id ? &entry_ : nullptr;
  }
  std::vector<const CatalogEntry*> all() const override { return {&entry_}; }

 private:
  CatalogEntry entry_;
};

void example(const Subject& s) {
  const Descriptor& d = *s.descriptor;
  const std::string text = plugin::example_toml(d);
  const config::Item document = config::parse_document(text, "example");
  // Down to the table that names the plugin: [KIND.NAME], or a step of the pattern.
  const config::Item* table = &document;
  for (int depth = 0; depth < 2; ++depth) table = &table->members.front().value;
  if (d.kind == PluginKind::wave_layer) table = &table->find("pattern")->value.items.front();
  if (d.kind == PluginKind::activation) table = &table->find("pattern")->value.items.at(1);
  const Only catalog(d);
  Diagnostics problems;
  std::vector<config::Resolved> settings;
  config::Reading reading{catalog, problems, settings};
  const auto values = config::read_fields({table, table->source, "example"}, d.fields, reading);
  for (const auto& sentence : d.violations(values.values)) {
    problems.error(table->source, sentence);
  }
  expect(problems.ok(), fmt::format("the example that inspect shows is refused: {}\nlet the "
                                    "member's initialiser of a required parameter be legal:\n{}",
                                    problems.ok() ? "" : problems.sorted().front().message, text));
}

}  // namespace

std::vector<Check> schema_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
      {"schema-names",
       "A parameter called like a key of the program can never be set in a pipeline file.", error,
       plugin, all_kinds, setting_names},
      {"schema-docs", "Manual, editor and messages show the docs, and have nothing else to show.",
       error, plugin, all_kinds, docs},
      {"schema-rules", "Rules run while a file is read: they tell what is wrong, and never throw.",
       error, plugin, all_kinds, rules},
      {"schema-example", "The example is what people copy first.", error, plugin, all_kinds,
       example, true},
      {"schema-defaults", "Whoever sets nothing gets the defaults: they have to work.", error,
       plugin, all_kinds, defaults, true},
      {"schema-bounds",
       "A value outside its declared type, range or choices must be refused by name, before "
       "anything runs.",
       error, plugin, all_kinds, bounds},
      {"schema-legal",
       "What the declaration allows has to work, or a sweep dies in the middle of its axis.", error,
       plugin, all_kinds, legal},
  };
}

}  // namespace glia::check
