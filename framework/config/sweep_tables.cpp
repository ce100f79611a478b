// SPDX-License-Identifier: MIT
#include "config/sweep_keys.hpp"
#include "core/registry.hpp"

#include <algorithm>

namespace glia::config {

std::vector<FieldSpec> sweep_host_fields() {
  auto fields = sweep_schema.fields();
  for (auto& field : fields) {
    if (field.name != "sampler") continue;
    for (const auto* sampler : declared("sampler")) field.choices.push_back(sampler->name);
  }
  return fields;
}

const HostTable& sweep_table() {
  static const HostTable table = [] {
    HostTable t{
        "sweep",
        "Runs the pipeline many times, with other values and seeds.",
        sweep_host_fields(),
        {{"seeds", "A number of seeds, counting up from the pipeline's own, or a list of seeds."},
         {"axes", "Settings by their full path, each with a list of values or a range."},
         {"zip", "Lists of axes that move together."},
         {"also", "Further axes, whose trials come after the others."},
         {"exclude", "Combinations of values to leave out."},
         {"only_if", "Axes that are only there while other settings have certain values."},
         {"early_stopping", "Stops weak trials early."},
         {"keep", "Keeps the networks of the best trials."}},
        {}};
    for (const auto& launcher : launcher_tables()) {
      t.sections.push_back({launcher.name.substr(launcher.name.find('.') + 1), launcher.doc});
    }
    for (const auto* sampler : declared("sampler")) {
      for (auto field : sampler->fields) {
        const auto same = [&](const FieldSpec& other) { return other.name == field.name; };
        if (std::any_of(t.fields.begin(), t.fields.end(), same)) continue;
        field.required = false;  // of all samplers together none is
        t.fields.push_back(std::move(field));
      }
    }
    return t;
  }();
  return table;
}

const HostTable& stopping_table() {
  static const HostTable table{
      "sweep.early_stopping", "Stops weak trials early.", stopping_schema.fields(), {}, {}};
  return table;
}

const HostTable& keep_table() {
  static const HostTable table{
      "sweep.keep", "Keeps the networks of the best trials.", keep_schema.fields(), {}, {}};
  return table;
}

std::vector<HostTable> launcher_tables() {
  std::vector<HostTable> tables;
  for (const auto* launcher : declared("launcher")) {
    if (launcher->fields.empty()) continue;
    tables.push_back({"sweep." + launcher->name, launcher->doc, launcher->fields, {}, {}});
  }
  return tables;
}

}  // namespace glia::config
