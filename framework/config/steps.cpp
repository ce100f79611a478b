// SPDX-License-Identifier: MIT
#include "config/steps.hpp"

#include "config/host_tables.hpp"
#include "config/plugins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace glia::config {
namespace {

constexpr std::array<const char*, 3> step_kinds{"wave", "activation", "pattern"};

const FieldSpec& spec_of(const HostTable& host, const std::string& name) {
  return *std::find_if(host.fields.begin(), host.fields.end(),
                       [&](const FieldSpec& field) { return field.name == name; });
}

/// Reads the steps of one network; its `defaults` reach down into every nested pattern.
class PatternReader {
 public:
  PatternReader(const Item* defaults, Reading& reading) : defaults_(defaults), reading_(reading) {}

  Block block(const Table& table) {
    Block block;
    block.source = table.source;
    read_end(table, block);
    block.skip = flag(table, "skip");
    block.shared = flag(table, "shared");
    if (const Member* shared = table.find("shared")) block.shared_source = shared->value.source;
    const Member* pattern = table.find("pattern");
    const std::string path = table.path + ".pattern";
    if (!pattern) {
      broken(table.source, fmt::format("'{}' lacks the required key 'pattern'", table.path),
             "write pattern = [ { wave = \"NAME\" }, ... ]");
    } else if (!pattern->value.is_array()) {
      broken(pattern->value.source,
             "pattern must be a list of steps, not " + describe(pattern->value),
             "write pattern = [ { wave = \"NAME\" }, ... ]");
    } else if (pattern->value.items.empty()) {
      broken(pattern->value.source, fmt::format("the pattern of '{}' is empty", table.path),
             "give at least one step, such as { wave = \"NAME\" }");
    } else {
      const auto& items = pattern->value.items;
      for (std::size_t i = 0; i < items.size(); ++i) {
        block.pattern.push_back(step(items[i], path + '.' + std::to_string(i)));
      }
    }
    return block;
  }

  /// Reports defaults that fit no wave layer: the name everywhere, the value wherever it counts.
  void check_defaults(const std::string& network) {
    for (const auto& member : defaults_->members) {
      bool declared = false;
      std::vector<std::string> names;
      for (const Descriptor* wave : waves_) {
        for (const auto& field : wave->fields) {
          names.push_back(field.name);
          if (field.name != member.key) continue;
          declared = true;
          check_value(member.value, field, reading_.problems);
        }
      }
      if (declared || unknown_wave_) continue;
      reading_.problems.error(
          member.source, fmt::format("no wave layer of '{}' has a field '{}'", network, member.key),
          did_you_mean(member.key, names));
    }
  }

 private:
  /// Reports something that leaves open which waves there are.
  void broken(const Source& source, const std::string& message, const std::string& hint) {
    reading_.problems.error(source, message, hint);
    unknown_wave_ = true;
  }

  void read_end(const Table& table, Block& block) {
    const std::array<std::pair<const char*, std::optional<std::int64_t>*>, 3> ends{
        {{"narrow_to", &block.narrow_to},
         {"widen_to", &block.widen_to},
         {"repeat", &block.repeat}}};
    const Member* given = nullptr;
    for (const auto& member : table.item->members) {
      const auto end = std::find_if(ends.begin(), ends.end(),
                                    [&](const auto& e) { return e.first == member.key; });
      if (end == ends.end()) continue;
      if (given) {
        reading_.problems.error(member.source,
                                fmt::format("'{}' has both '{}' and '{}', but only one of "
                                            "'narrow_to', 'widen_to' and 'repeat' can be given",
                                            table.path, given->key, member.key),
                                fmt::format("'{}' is at {}", given->key, given->source.text()));
        continue;
      }
      given = &member;
      block.end_source = member.value.source.line ? member.source : member.value.source;
      const auto value =
          check_value(member.value, spec_of(step_table(), member.key), reading_.problems);
      if (!value) continue;
      *end->second = std::get<std::int64_t>(*value);
      reading_.settings.push_back(
          {table.path + '.' + member.key, to_text(*value), member.value.source.text()});
    }
    if (given) return;
    block.repeat = 1;
    reading_.settings.push_back({table.path + ".repeat", "1", "default"});
  }

  bool flag(const Table& table, const char* name) {
    const Member* member = table.find(name);
    if (!member) return false;
    const auto value = check_value(member->value, spec_of(step_table(), name), reading_.problems);
    if (!value) return false;
    reading_.settings.push_back(
        {table.path + '.' + name, to_text(*value), member->value.source.text()});
    return std::get<bool>(*value);
  }

  Step step(const Item& item, const std::string& path) {
    Step step;
    step.source = item.source;
    if (!item.is_table()) {
      broken(item.source, "a step must be a table, not " + describe(item),
             "write { wave = \"NAME\" } or { activation = \"NAME\" }");
      return step;
    }
    const Table table{&item, item.source, path};
    const Member* kind = step_kind(table);
    if (!kind) return step;
    if (kind->key == "wave") {
      step.kind = Step::Kind::wave;
      step.wave = wave(table, *kind);
    } else if (kind->key == "activation") {
      step.kind = Step::Kind::activation;
      step.activation = activation(table, *kind);
    } else {
      step.kind = Step::Kind::block;
      refuse_unknown_keys(table, {"pattern", "narrow_to", "widen_to", "repeat", "skip", "shared"},
                          reading_.problems);
      step.block = block(table);
    }
    return step;
  }

  /// The key that says what the step is, or nullptr after reporting that not exactly one does.
  const Member* step_kind(const Table& table) {
    const Member* kind = nullptr;
    for (const auto& member : table.item->members) {
      if (std::find(step_kinds.begin(), step_kinds.end(), member.key) == step_kinds.end()) continue;
      if (kind) {
        broken(member.source,
               fmt::format("a step is one of 'wave', 'activation' and 'pattern', but this has both "
                           "'{}' and '{}'",
                           kind->key, member.key),
               "make it two steps: { ... }, { ... }");
        return nullptr;
      }
      kind = &member;
    }
    if (!kind) {
      std::string hint = "write { wave = \"NAME\" } or { activation = \"NAME\" }";
      for (const auto& member : table.item->members) {
        const auto guess = did_you_mean(member.key, {step_kinds.begin(), step_kinds.end()});
        if (!guess.empty()) hint = fmt::format("for '{}', {}", member.key, guess);
      }
      broken(table.source, "the step has none of 'wave', 'activation' and 'pattern'", hint);
    }
    return kind;
  }

  PluginUse wave(const Table& table, const Member& name) {
    const auto value = check_value(name.value, spec_of(step_table(), "wave"), reading_.problems);
    if (value) {
      reading_.settings.push_back(
          {table.path + ".wave", to_text(*value), name.value.source.text()});
    }
    for (const char* end : {"narrow_to", "widen_to", "repeat", "skip", "shared"}) {
      if (const Member* member = table.find(end)) {
        reading_.problems.error(
            member->source,
            fmt::format("'{}' belongs to a pattern, not to a wave layer", member->key),
            fmt::format("wrap it: {{ pattern = [ {{ wave = ... }} ], {} = ... }}", member->key));
      }
    }
    PluginUse use = read_plugin(step_table(), table, name, reading_, defaults_);
    if (use.plugin) {
      waves_.push_back(use.plugin->descriptor);
    } else {
      unknown_wave_ = true;
    }
    return use;
  }

  PluginUse activation(const Table& table, const Member& name) {
    const auto value =
        check_value(name.value, spec_of(activation_table(), "activation"), reading_.problems);
    if (value) {
      reading_.settings.push_back(
          {table.path + ".activation", to_text(*value), name.value.source.text()});
    }
    return read_plugin(activation_table(), table, name, reading_);
  }

  const Item* defaults_;
  Reading& reading_;
  std::vector<const Descriptor*> waves_;
  bool unknown_wave_ = false;  ///< then nobody knows which defaults are right
};

}  // namespace

Block read_network_block(const Table& table, Reading& reading) {
  static const Item none;
  const Item* defaults = &none;
  if (const Member* member = table.find("defaults")) {
    const auto found = as_table(*member, table.path + ".defaults", reading.problems);
    if (found) defaults = found->item;
  }
  PatternReader reader(defaults, reading);
  Block block = reader.block(table);
  reader.check_defaults(table.path);
  return block;
}

}  // namespace glia::config
