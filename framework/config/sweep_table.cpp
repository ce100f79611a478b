// SPDX-License-Identifier: MIT
#include "config/sweep_table.hpp"

#include "config/axis_values.hpp"
#include "config/item_text.hpp"
#include "config/sweep_keys.hpp"
#include "config/sweep_seeds.hpp"
#include "config/units.hpp"
#include "core/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

namespace glia::config {
namespace {

constexpr std::uint64_t least_memory = 100 << 20;
constexpr const char* seed_path = "pipeline.seed";

/// Calls use(path, member) for every axis under a table: dotted keys come as tables in tables.
void each_path(const Item& table, const std::string& prefix,
               const std::function<void(const std::string&, const Member&)>& use) {
  for (const auto& member : table.members) {
    const std::string path = prefix.empty() ? member.key : prefix + '.' + member.key;
    if (member.value.is_table() && !is_range(member.value)) {
      each_path(member.value, path, use);
    } else {
      use(path, member);
    }
  }
}

class SweepReader {
 public:
  SweepReader(std::uint64_t seed, Reading& reading)
      : seed_(seed), reading_(reading), problems_(reading.problems) {}

  SweepSpec read(const Item& root) {
    spec_.seeds = {seed_};
    const Member* member = root.find("sweep");
    if (!member) {
      spec_.blocks.emplace_back();
      return spec_;
    }
    spec_.given = true;
    if (const auto table = as_table(*member, "sweep", problems_)) fields(*table);
    return spec_;
  }

 private:
  void fields(const Table& table) {
    const auto keys = sweep_schema.parse(values_of(table, sweep_host_fields()));
    const Member* named = table.find("sampler");
    const bool misspelt = named && !(named->value.text() && *named->value.text() == keys.sampler);
    // The settings of one that is misspelt are those of whichever was meant.
    const auto* sampler = misspelt ? nullptr : find_declared("sampler", keys.sampler);
    refuse_unknown(table, sampler);
    if (sampler) read_sampler(table, *sampler);
    spec_.retries = keys.retries;
    if (!keys.timeout.empty()) {
      const auto limit = parse_duration(keys.timeout);
      if (limit) spec_.timeout = *limit;
      if (!limit) wrong(table, "timeout", "is a time such as \"90s\", \"30m\" or \"2h\"");
    }
    if (!keys.memory.empty()) {
      const auto bytes = parse_bytes(keys.memory);
      if (bytes) spec_.memory = *bytes;
      if (bytes && *bytes < least_memory) {
        problems_.error(table.find("memory")->value.source,
                        "memory is the limit of a whole worker, which needs 100 MiB before it has "
                        "done anything");
      }
      if (!bytes) wrong(table, "memory", "is an amount such as \"800MiB\" or \"4GiB\"");
    }
    if (const Member* seeds = table.find("seeds")) {
      if (auto given = read_seeds(seeds->value, seed_, problems_)) spec_.seeds = std::move(*given);
    }
    spec_.blocks.push_back(block(table));
    if (const Member* also = table.find("also")) {
      each_table(*also, "sweep.also", [&](const Table& part) {
        refuse_unknown_keys(part, {"axes", "zip"}, problems_);
        spec_.blocks.push_back(block(part));
      });
    }
    if (const Member* exclude = table.find("exclude")) {
      each_table(*exclude, "sweep.exclude", [&](const Table& part) {
        spec_.exclude.push_back(conditions(*part.item));
        if (spec_.exclude.back().empty()) {
          problems_.error(part.source, "this would leave out every trial",
                          "name a setting: { \"a.b\" = 1 }");
        }
      });
    }
    if (const Member* only_if = table.find("only_if")) read_only_if(*only_if);
    if (const Member* stopping = table.find("early_stopping")) read_stopping(*stopping);
    if (const Member* keep = table.find("keep")) read_keep(*keep);
    for (const auto* launcher : declared("launcher")) read_launcher(table, *launcher);
    check_ranges(table);
  }

  ValueMap values_of(const Table& table, const std::vector<FieldSpec>& fields) {
    // Not among the settings of the pipeline: no result depends on how a sweep is run.
    Reading reading{reading_.catalog, problems_, spec_.settings};
    return read_fields(table, fields, reading).values;
  }

  void wrong(const Table& table, const char* key, const char* what) {
    const Member* member = table.find(key);
    problems_.error(member->value.source,
                    fmt::format("{} {}, not {}", key, what, describe(member->value)));
  }

  AxisBlock block(const Table& table) {
    AxisBlock block;
    if (const Member* axes = table.find("axes")) {
      if (const auto found = as_table(*axes, table.path + ".axes", problems_)) {
        each_path(*found->item, "", [&](const std::string& path, const Member& member) {
          auto axis = this->axis(path, member);
          if (!axis) return;
          check_values(*axis, member.value.is_array());
          if (axis->sampled) {
            block.sampled.push_back(std::move(*axis));
          } else {
            block.groups.push_back({std::move(*axis)});
          }
        });
      }
    }
    if (const Member* zip = table.find("zip")) {
      each_table(*zip, table.path + ".zip",
                 [&](const Table& part) { block.groups.push_back(zipped(part)); });
    }
    check_paths(block);
    return block;
  }

  std::optional<Axis> axis(const std::string& path, const Member& member) {
    if (path == seed_path) {
      problems_.error(member.source, "seeds are an axis of their own",
                      "write seeds = [1, 2, 3] under [sweep], or --seeds on the command line");
      return std::nullopt;
    }
    return read_axis(path, member.source, member.value, axis_values_left_, problems_);
  }

  AxisGroup zipped(const Table& table) {
    AxisGroup group;
    each_path(*table.item, "", [&](const std::string& path, const Member& member) {
      auto axis = this->axis(path, member);
      if (!axis) return;
      if (axis->sampled) {
        return problems_.error(member.source, "an axis that is sampled cannot be zipped",
                               "sampled axes move together anyway: put it into [sweep.axes]");
      }
      if (!group.empty() && group[0].values.size() != axis->values.size()) {
        problems_.error(
            member.source,
            fmt::format("zipped axes need equally many values: '{}' has {}, '{}' has {}",
                        group[0].path, group[0].values.size(), path, axis->values.size()));
      }
      group.push_back(std::move(*axis));
    });
    if (group.empty()) problems_.error(table.source, "the zip names no axis");
    return group;
  }

  /// No value twice; in a zip it may be. The values of a range stand in their order.
  void check_values(const Axis& axis, bool is_list) {
    std::unordered_set<std::string> known;
    const Item* before = nullptr;
    for (const auto& value : axis.values) {
      const bool twice = is_list ? !known.insert(value_text(value)).second
                                 : before && before->scalar == value.scalar;
      before = &value;
      if (!twice) continue;
      problems_.error(value.source,
                      fmt::format("the axis '{}' has {} twice, which would be the same trials",
                                  axis.path, describe(value)));
    }
  }

  /// No path twice in a block, nor a setting and one inside it.
  void check_paths(const AxisBlock& block) {
    std::vector<const Axis*> all;
    for (const auto& group : block.groups) {
      for (const auto& axis : group) all.push_back(&axis);
    }
    for (const auto& axis : block.sampled) all.push_back(&axis);
    std::map<std::string, const Axis*> known;
    for (const Axis* axis : all) {
      const auto [it, added] = known.emplace(axis->path, axis);
      if (added) continue;
      problems_.error(axis->source, fmt::format("the axis '{}' is given twice", axis->path),
                      fmt::format("it is at {} too", it->second->source.text()));
    }
    for (const auto& [path, axis] : known) {
      for (auto dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1)) {
        const auto outer = known.find(path.substr(0, dot));
        if (outer != known.end()) refuse_overlap(*outer->second, *axis);
      }
    }
  }

  void refuse_overlap(const Axis& outer, const Axis& inner) {
    problems_.error(inner.source,
                    fmt::format("the axis '{}' at {} sets '{}' too", outer.path,
                                outer.source.text(), inner.path),
                    fmt::format("write '{}' into the values of that axis",
                                inner.path.substr(outer.path.size() + 1)));
  }

  std::vector<Condition> conditions(const Item& table) {
    std::vector<Condition> all;
    each_path(table, "", [&](const std::string& path, const Member& member) {
      Condition condition{path, {member.value}, member.source};
      if (member.value.is_array()) condition.values = member.value.items;
      all.push_back(std::move(condition));
    });
    return all;
  }

  void read_only_if(const Member& member) {
    const auto table = as_table(member, "sweep.only_if", problems_);
    if (!table) return;
    for (const auto& entry : table->item->members) {
      if (!entry.value.is_table() || entry.value.members.empty()) {
        problems_.error(entry.source, "only_if needs an axis and its conditions",
                        "write \"PATH.OF.AXIS\" = { \"OTHER.PATH\" = VALUE }, with both in quotes");
        continue;
      }
      spec_.only_if.push_back({entry.key, conditions(entry.value), entry.source});
    }
  }

  void read_stopping(const Member& member) {
    const auto table = as_table(member, "sweep.early_stopping", problems_);
    if (!table) return;
    refuse_unknown_keys(*table, stopping_table().keys(), problems_);
    const auto keys = stopping_schema.parse(values_of(*table, stopping_table().fields));
    spec_.early_stopping = EarlyStopping{keys.head, keys.min_epochs, keys.factor, member.source};
  }

  void read_keep(const Member& member) {
    const auto table = as_table(member, "sweep.keep", problems_);
    if (!table) return;
    refuse_unknown_keys(*table, keep_table().keys(), problems_);
    const auto keys = keep_schema.parse(values_of(*table, keep_table().fields));
    spec_.keep = KeepBest{keys.best, keys.objective, member.source};
  }

  /// Keys that neither the table nor the sampler has; those of other samplers are a slip of its
  /// own.
  void refuse_unknown(const Table& table, const Declared* sampler) {
    std::vector<std::string> known;
    for (const auto& field : sweep_host_fields()) known.push_back(field.name);
    for (const auto& section : sweep_table().sections) known.push_back(section.name);
    for (const auto* each : declared("sampler")) {
      if (sampler && each != sampler) continue;
      for (const auto& field : each->fields) known.push_back(field.name);
    }
    Item rest;  // what no other sampler has
    for (const auto& member : table.item->members) {
      const auto owners = samplers_with(member.key);
      const bool here = std::count(known.begin(), known.end(), member.key) > 0;
      if (here || owners.empty()) rest.members.push_back(member);
      if (here || owners.empty()) continue;
      problems_.error(
          member.source,
          fmt::format("'{}' is no setting of the sampler '{}'", member.key, sampler->name),
          fmt::format("it belongs to {}: write sampler = \"{}\", or leave it out",
                      quoted_list(owners), owners[0]));
    }
    refuse_unknown_keys({&rest, table.source, table.path}, known, problems_);
  }

  static std::vector<std::string> samplers_with(const std::string& key) {
    std::vector<std::string> names;
    for (const auto* sampler : declared("sampler")) {
      for (const auto& field : sampler->fields) {
        if (field.name == key) names.push_back(sampler->name);
      }
    }
    return names;
  }

  void read_sampler(const Table& table, const Declared& sampler) {
    spec_.sampler = sampler.name;
    const Member* name = table.find("sampler");
    spec_.source = name ? name->source : table.source;
    const std::size_t before = problems_.sorted().size();
    spec_.sampler_settings = values_of(table, sampler.fields);
    if (!sampler.violations || problems_.sorted().size() > before) return;
    for (auto& text : sampler.violations(spec_.sampler_settings)) {
      problems_.error(spec_.source, std::move(text));
    }
  }

  void read_launcher(const Table& table, const Declared& launcher) {
    const std::string path = table.path + '.' + launcher.name;
    const Member* member = table.find(launcher.name);
    if (launcher.fields.empty() || !member) return;
    const auto found = as_table(*member, path, problems_);
    if (!found) return;
    std::vector<std::string> known;
    for (const auto& field : launcher.fields) known.push_back(field.name);
    refuse_unknown_keys(*found, known, problems_);
    spec_.launchers[launcher.name] = values_of(*found, launcher.fields);
  }

  /// The sampler that draws points only if it is told how many says so by the field `samples`.
  void check_ranges(const Table& table) {
    const auto samples = spec_.sampler_settings.find("samples");
    if (samples == spec_.sampler_settings.end()) return;
    const bool asked = std::get<std::int64_t>(samples->second) > 0;
    const Axis* sampled = nullptr;
    for (const auto& block : spec_.blocks) {
      if (!block.sampled.empty()) sampled = &block.sampled[0];
    }
    if (sampled && !asked) {
      problems_.error(sampled->source,
                      fmt::format("'{}' is a range to draw samples from", sampled->path),
                      "say how many: samples = 64 under [sweep]");
    }
    if (!sampled && asked) {
      problems_.error(table.find("samples")->source, "there is no axis to draw samples from",
                      "give one as { uniform = [0, 1] } or { log_uniform = [1e-4, 1] }");
    }
  }

  void each_table(const Member& member, const std::string& path,
                  const std::function<void(const Table&)>& use) {
    if (!member.value.is_array()) {
      return problems_.error(
          member.value.source,
          fmt::format("'{}' must be a list of tables, not {}", path, describe(member.value)));
    }
    for (const auto& item : member.value.items) {
      if (item.is_table()) {
        use({&item, item.source, path});
      } else {
        problems_.error(item.source, fmt::format("'{}' must be a list of tables, not of {}", path,
                                                 describe(item)));
      }
    }
  }

  std::uint64_t seed_;
  Reading& reading_;
  Diagnostics& problems_;
  std::optional<std::size_t> axis_values_left_ = most_axis_values;
  SweepSpec spec_;
};

}  // namespace

SweepSpec read_sweep(const Item& root, std::uint64_t seed, Reading& reading) {
  return SweepReader(seed, reading).read(root);
}

}  // namespace glia::config
