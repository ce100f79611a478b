// SPDX-License-Identifier: MIT
#include "config/axis_values.hpp"
#include "config/sweep_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace glia::config {
namespace {

constexpr const char* seed_paths[] = {"seeds", "sweep.seeds", "pipeline.seed"};

/// The parts between commas that are in no quotes and no brackets.
std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts{""};
  int depth = 0;
  char quote = 0;
  for (const char c : text) {
    if (quote) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[' || c == '{' || c == '(') {
      ++depth;
    } else if (c == ']' || c == '}' || c == ')') {
      --depth;
    } else if (c == ',' && depth == 0) {
      parts.emplace_back();
      continue;
    }
    parts.back() += c;
  }
  return parts;
}

/// NAME(A, B, ...): the name and the inside; an empty name if it is nothing of the kind.
std::pair<std::string, std::string> as_call(const std::string& value) {
  const auto open = value.find('(');
  if (open == std::string::npos || value.empty() || value.back() != ')') return {};
  std::string name = value.substr(0, open);
  for (const char* known : {"range", "log", "uniform", "log_uniform"}) {
    if (name == known) return {name, value.substr(open + 1, value.size() - open - 2)};
  }
  return {};
}

Member& member_of(Item& table, const std::string& key, const Source& source) {
  if (Member* member = table.find(key)) return *member;
  table.members.push_back({key, source, Item{}});
  table.members.back().value.source = source;
  return table.members.back();
}

/// Takes the axis of this path out, however its key was written.
bool remove_axis(Item& table, const std::string& prefix, const std::string& path) {
  for (auto it = table.members.begin(); it != table.members.end(); ++it) {
    const std::string here = prefix.empty() ? it->key : prefix + '.' + it->key;
    if (here == path) {
      table.members.erase(it);
      return true;
    }
    if (path.starts_with(here + '.') && it->value.is_table() && !is_range(it->value) &&
        remove_axis(it->value, here, path)) {
      return true;
    }
  }
  return false;
}

Item list_of(const std::vector<std::string>& parts, const Source& source, Diagnostics& problems) {
  Item list{Item::Kind::array, {}, {}, {}, source};
  for (const auto& part : parts) {
    if (part.find_first_not_of(' ') == std::string::npos) {
      problems.error(source, "a value of the list is empty", "write KEY=1,2,3");
      continue;
    }
    auto value = parse_value(part, source);
    if (!value) {
      problems.error(source, "the value is not valid UTF-8 text");
      continue;
    }
    list.items.push_back(std::move(*value));
  }
  return list;
}

/// range(0,1,0.1) -> { from = 0, to = 1, step = 0.1 }, and so on.
Item range_of(const std::string& name, const std::string& inside, const Source& source,
              Diagnostics& problems) {
  const Item numbers = list_of(split_at_commas(inside), source, problems);
  Item range{Item::Kind::table, {}, {}, {}, source};
  const auto put = [&](const char* key, Item value) {
    range.members.push_back({key, source, std::move(value)});
  };
  if (name == "uniform" || name == "log_uniform") {
    put(name.c_str(), numbers);
    return range;
  }
  const std::size_t count = numbers.items.size();
  if (name == "log" ? count != 3 : count != 2 && count != 3) {
    problems.error(source,
                   name == "log" ? "log needs three numbers" : "range needs two or three numbers",
                   "write range(FROM,TO), range(FROM,TO,STEP) or log(FROM,TO,COUNT)");
    return range;
  }
  put("from", numbers.items[0]);
  put("to", numbers.items[1]);
  if (name == "log") put("scale", Item{Item::Kind::text, std::string("log"), {}, {}, source});
  if (count == 3) put(name == "log" ? "count" : "step", numbers.items[2]);
  return range;
}

}  // namespace

bool is_axis(const std::string& value) {
  return !as_call(value).first.empty() || split_at_commas(value).size() > 1;
}

void apply_axis(Item& root, const std::string& argument, Diagnostics& problems) {
  const Source source{"argument '" + argument + "'", 0, 0};
  const auto equals = argument.find('=');
  const std::string path = argument.substr(0, equals), value = argument.substr(equals + 1);
  const auto [name, inside] = as_call(value);
  Item item = name.empty() ? list_of(split_at_commas(value), source, problems)
                           : range_of(name, inside, source, problems);
  Item& sweep = member_of(root, "sweep", source).value;
  if (!sweep.is_table()) return;  // reported when it is read
  if (std::find(std::begin(seed_paths), std::end(seed_paths), path) != std::end(seed_paths)) {
    if (item.is_table()) {
      auto axis = read_axis(path, source, item, problems);
      if (!axis || axis->sampled) {
        return problems.error(source, "seeds are a list or a range of whole numbers");
      }
      item = Item{Item::Kind::array, {}, std::move(axis->values), {}, source};
    }
    member_of(sweep, "seeds", source).value = std::move(item);
    return;
  }
  Item& axes = member_of(sweep, "axes", source).value;
  if (!axes.is_table()) return;
  remove_axis(axes, "", path);
  if (Member* zip = sweep.find("zip"); zip && zip->value.is_array()) {
    for (auto& group : zip->value.items) {
      // In a zip it stays with its companions.
      if (!remove_axis(group, "", path)) continue;
      group.members.push_back({path, source, std::move(item)});
      return;
    }
  }
  axes.members.push_back({path, source, std::move(item)});
}

}  // namespace glia::config
