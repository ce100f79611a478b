// SPDX-License-Identifier: MIT
#include "config/axis_values.hpp"
#include "config/item_text.hpp"
#include "config/sweep_table.hpp"
#include "config/template.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace glia::config {
namespace {

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

/// The axis of this path, however its key was written: the table that holds it, and where there.
std::pair<Item*, std::size_t> find_axis(Item& table, const std::string& path,
                                        const std::string& prefix = "") {
  for (std::size_t i = 0; i < table.members.size(); ++i) {
    auto& [key, source, value] = table.members[i];
    const std::string here = prefix.empty() ? key : prefix + '.' + key;
    if (here == path) return {&table, i};
    if (!path.starts_with(here + '.') || !value.is_table() || is_range(value)) continue;
    if (const auto found = find_axis(value, path, here); found.first) return found;
  }
  return {nullptr, 0};
}

/// The tables of axes of a block: its `axes`, and those of its `zip`.
std::vector<Item*> axis_tables(Item& block) {
  std::vector<Item*> all;
  if (Member* axes = block.find("axes"); axes && axes->value.is_table()) {
    all.push_back(&axes->value);
  }
  if (Member* zip = block.find("zip"); zip && zip->value.is_array()) {
    for (auto& group : zip->value.items) {
      if (group.is_table()) all.push_back(&group);
    }
  }
  return all;
}

std::size_t count_axes(const Item& table) {
  std::size_t count = 0;
  for (const auto& member : table.members) {
    const bool nested = member.value.is_table() && !is_range(member.value);
    count += nested ? count_axes(member.value) : 1;
  }
  return count;
}

/// [sweep] and its further blocks.
std::vector<Item*> axis_blocks(Item& sweep) {
  std::vector<Item*> all{&sweep};
  if (Member* also = sweep.find("also"); also && also->value.is_array()) {
    for (auto& block : also->value.items) {
      if (block.is_table()) all.push_back(&block);
    }
  }
  return all;
}

/// Gives the block's axis of this path other values; false if it has none.
bool replace_axis(Item& block, const std::string& path, const Item& values) {
  for (Item* table : axis_tables(block)) {
    const auto [holder, place] = find_axis(*table, path);
    if (!holder) continue;
    const Member* axes = block.find("axes");
    const bool zipped = !axes || table != &axes->value;
    if (!zipped || values.items.size() != 1 || count_axes(*table) == 1) {
      holder->members[place].value = values;  // in a zip it stays with its companions
      return true;
    }
    // One value leaves the zip: its companions go on without it.
    holder->members.erase(holder->members.begin() + static_cast<std::ptrdiff_t>(place));
    Item& own = member_of(block, "axes", values.source).value;
    if (own.is_table()) own.members.push_back({path, values.source, values});
    return true;
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

bool has_axis(Item& root, const std::string& path) {
  Member* sweep = root.find("sweep");
  if (!sweep || !sweep->value.is_table()) return false;
  for (Item* block : axis_blocks(sweep->value)) {
    for (Item* table : axis_tables(*block)) {
      if (find_axis(*table, path).first) return true;
    }
  }
  return false;
}

std::optional<std::vector<std::string>> axis_texts(const std::string& argument) {
  const Source source{"argument '" + argument + "'", 0, 0};
  const auto equals = argument.find('=');
  const std::string value = argument.substr(equals + 1);
  const auto [name, inside] = as_call(value);
  Diagnostics problems;
  const Item item = name.empty() ? list_of(split_at_commas(value), source, problems)
                                 : range_of(name, inside, source, problems);
  const auto axis =
      problems.ok() ? read_axis(argument.substr(0, equals), source, item, problems) : std::nullopt;
  problems.require_ok();
  if (!axis || axis->sampled) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& each : axis->values) texts.push_back(toml_text(each));
  return texts;
}

void apply_axis(Item& root, const std::string& argument, Diagnostics& problems) {
  const Source source{"argument '" + argument + "'", 0, 0};
  const auto equals = argument.find('=');
  std::string path = argument.substr(0, equals);
  const std::string value = argument.substr(equals + 1);
  constexpr std::string_view axes_table = "sweep.axes.";
  if (path.starts_with(axes_table)) path.erase(0, axes_table.size());
  const auto [name, inside] = as_call(value);
  Item item = name.empty() ? list_of(split_at_commas(value), source, problems)
                           : range_of(name, inside, source, problems);
  Item& sweep = member_of(root, "sweep", source).value;
  if (!sweep.is_table()) return;  // reported when it is read
  if (is_seed_path(path)) {
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
  if (path == "sweep" || path.starts_with("sweep.")) {
    return problems.error(source, "how a sweep is run is the same for all its trials",
                          "give one value; axes are settings of the pipeline");
  }
  bool found = false;
  for (Item* block : axis_blocks(sweep)) found |= replace_axis(*block, path, item);
  if (found) return;
  Item& axes = member_of(sweep, "axes", source).value;
  if (axes.is_table()) axes.members.push_back({path, source, std::move(item)});
}

}  // namespace glia::config
