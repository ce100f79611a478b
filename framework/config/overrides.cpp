// SPDX-License-Identifier: MIT
#include "config/overrides.hpp"

#include "config/host_tables.hpp"
#include "config/sweep_keys.hpp"
#include "config/toml_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace glia::config {
namespace {

std::vector<std::string> split_at_dots(const std::string& text) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::optional<std::size_t> as_index(const std::string& text) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return index;
}

/// What a step is called in a path: its wave or its activation.
const std::string* step_name(const Item& step) {
  for (const char* key : {"wave", "activation", "augmentation"}) {
    if (const Member* member = step.find(key)) return member->value.text();
  }
  return nullptr;
}

/// One override on its way down the document.
class Assignment {
 public:
  Assignment(std::vector<std::string> path, Item value, Diagnostics& problems)
      : path_(std::move(path)), value_(std::move(value)), problems_(problems) {}

  void apply(Item& item, std::size_t depth = 0) {
    if (depth == path_.size()) {
      item = value_;
    } else if (item.is_table()) {
      into_table(item, depth);
    } else if (item.is_array()) {
      into_array(item, depth);
    } else {
      fail(fmt::format("{} is {}, so it has no '{}'", quoted_path(depth), describe(item),
                       path_[depth]));
    }
  }

 private:
  void into_table(Item& table, std::size_t depth) {
    Member* member = table.find(path_[depth]);
    if (!member) {
      if (depth == 0 && !is_top_level(path_[0])) {
        return fail(fmt::format("unknown table '{}'", path_[0]),
                    did_you_mean(path_[0], top_level_tables()));
      }
      if (depth == 1 && !is_host_table(path_[0])) return no_such_node(table);
      if (depth == 0 && path_.size() > 1 && !is_host_table(path_[0])) {
        return fail(fmt::format("there is no {} '{}'", path_[0], path_[1]));
      }
      table.members.push_back({path_[depth], value_.source, Item{}});
      member = &table.members.back();
      member->value.source = value_.source;
    }
    apply(member->value, depth + 1);
  }

  void into_array(Item& array, std::size_t depth) {
    const std::string& name = path_[depth];
    if (const auto index = as_index(name)) {
      if (*index < array.items.size()) return apply(array.items[*index], depth + 1);
      return fail(fmt::format("{} has no element {}; it has {}, counted from 0", quoted_path(depth),
                              name, array.items.size()));
    }
    std::vector<std::string> names;
    bool found = false;
    for (auto& element : array.items) {
      const std::string* step = step_name(element);
      if (!step) continue;
      names.push_back(*step);
      if (names.back() != name) continue;
      found = true;
      apply(element, depth + 1);
    }
    if (found) return;
    std::string hint = did_you_mean(name, names);
    if (hint.empty())
      hint = "name a step by its number, from 0, or by its wave, activation or augmentation";
    fail(fmt::format("{} has no step '{}'", quoted_path(depth), name), std::move(hint));
  }

  void no_such_node(const Item& nodes) {
    std::vector<std::string> ids;
    for (const auto& member : nodes.members) ids.push_back(member.key);
    std::string hint = did_you_mean(path_[1], ids);
    if (hint.empty() && !ids.empty()) hint = "there is " + quoted_list(ids);
    fail(fmt::format("there is no {} '{}'", path_[0], path_[1]), std::move(hint));
  }

  /// A table of settings, where others are tables of nodes.
  static bool is_host_table(const std::string& name) {
    return name == pipeline_table().name || name == sweep_table().name;
  }

  static bool is_top_level(const std::string& name) {
    const auto& all = top_level_tables();
    return std::find(all.begin(), all.end(), name) != all.end();
  }

  /// The first `count` parts, in quotes.
  std::string quoted_path(std::size_t count) const {
    std::string text = "'";
    for (std::size_t i = 0; i < count; ++i) text += (i ? "." : "") + path_[i];
    return text + "'";
  }

  void fail(std::string message, std::string hint = {}) {
    problems_.error(value_.source, std::move(message), std::move(hint));
  }

  std::vector<std::string> path_;
  Item value_;
  Diagnostics& problems_;
};

}  // namespace

void assign(Item& root, const std::string& path, const Item& value, Diagnostics& problems) {
  Assignment(split_at_dots(path), value, problems).apply(root);
}

void apply_override(Item& root, const std::string& argument, Diagnostics& problems) {
  const Source source{fmt::format("argument '{}'", argument), 0, 0};
  const auto equals = argument.find('=');
  if (equals == std::string::npos || equals == 0) {
    return problems.error(source, "not of the form key=value",
                          "overrides look like pipeline.seed=2");
  }
  auto path = split_at_dots(argument.substr(0, equals));
  if (std::find(path.begin(), path.end(), "") != path.end()) {
    return problems.error(source, "a part of the key is empty",
                          "keys look like encoder.latent.train.epochs");
  }
  if (path.size() > deepest_toml) {
    return problems.error(source, fmt::format("the key has more than {} parts", deepest_toml));
  }
  auto value = parse_value(argument.substr(equals + 1), source);
  if (!value) return problems.error(source, "the value is not valid UTF-8 text");
  Assignment(std::move(path), std::move(*value), problems).apply(root);
}

}  // namespace glia::config
