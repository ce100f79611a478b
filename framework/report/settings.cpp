// SPDX-License-Identifier: MIT
#include "report/settings.hpp"

#include "config/document.hpp"
#include "core/files.hpp"
#include "core/text.hpp"
#include "core/text_file.hpp"

#include <glia/sdk/value.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace glia::report {
namespace {

using config::Item;
using Flat = std::vector<std::pair<std::string, std::string>>;

std::string scalar_text(const Item& item) {
  struct Writer {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return shortest(value); }
    std::string operator()(const std::string& value) const { return one_line(value); }
  };
  return std::visit(Writer{}, item.scalar);
}

bool holds_tables(const Item& item) {
  return std::any_of(item.items.begin(), item.items.end(),
                     [](const Item& each) { return each.is_table(); });
}

std::string list_text(const Item& item) {
  std::string text;
  for (const auto& each : item.items) text += (text.empty() ? "" : ", ") + scalar_text(each);
  return '[' + text + ']';
}

void flatten(const Item& item, const std::string& path, Flat& into) {
  const std::string start = path.empty() ? "" : path + '.';
  if (item.is_table()) {
    for (const auto& member : item.members) flatten(member.value, start + member.key, into);
  } else if (item.is_array() && holds_tables(item)) {
    for (std::size_t i = 0; i < item.items.size(); ++i) {
      flatten(item.items[i], start + std::to_string(i), into);
    }
  } else {
    into.emplace_back(path, item.is_array() ? list_text(item) : scalar_text(item));
  }
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('.') + 1); }

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// "encoder.latent" of "encoder.latent.train.epochs".
std::string node_of(const std::string& path) {
  const auto kind = path.find('.');
  return kind == std::string::npos ? path : path.substr(0, path.find('.', kind + 1));
}

std::set<std::string> nodes_of(const Settings& settings) {
  std::set<std::string> nodes;
  for (const auto& [path, value] : settings.all()) nodes.insert(node_of(path));
  return nodes;
}

}  // namespace

Settings Settings::read(const std::filesystem::path& folder) {
  Settings settings;
  const auto file = folder / "resolved.toml";
  if (!std::filesystem::exists(file)) return settings;
  flatten(config::parse_document(read_text_file(file), file.string()), "", settings.all_);
  for (const auto& [path, value] : settings.all_) {
    const auto dot = path.rfind('.');
    if (dot == std::string::npos) continue;
    const std::string key = path.substr(dot + 1), step = path.substr(0, dot);
    const bool is_name = key == "wave" || key == "activation" || key == "augmentation";
    if (is_name && is_number(last_part(step))) settings.names_.emplace(step, value);
  }
  return settings;
}

std::string Settings::named(const std::string& path) const {
  std::string numbered, text;  // what was read of the path: as it is, and by names
  for (std::size_t at = 0; at <= path.size();) {
    const auto dot = std::min(path.find('.', at), path.size());
    const std::string part = path.substr(at, dot - at), beside = numbered;
    numbered += (numbered.empty() ? "" : ".") + part;
    const auto own = names_.find(numbered);
    const auto same = [&](const auto& step) {
      const auto parent = step.first.rfind('.');
      return step.first.compare(0, parent, beside) == 0 && step.second == own->second;
    };
    const bool alone =
        own != names_.end() && std::count_if(names_.begin(), names_.end(), same) == 1;
    text += (text.empty() ? "" : ".") + (alone ? own->second : part);
    at = dot + 1;
  }
  return text;
}

std::optional<std::string> Settings::find(const std::string& path) const {
  const auto value_of = [&](const std::string& wanted) -> std::optional<std::string> {
    for (const auto& [name, value] : all_) {
      if (name == wanted) return value;
    }
    return std::nullopt;
  };
  if (auto value = value_of(path)) return value;
  // "...pattern.leak.sigma": the step whose wave is "leak".
  constexpr std::string_view pattern = ".pattern.";
  const auto at = path.rfind(pattern);
  if (at == std::string::npos) return std::nullopt;
  const auto name_at = at + pattern.size();
  const auto dot = path.find('.', name_at);
  if (dot == std::string::npos) return std::nullopt;
  const std::string step = path.substr(name_at, dot - name_at);
  for (const auto& [name, value] : all_) {
    const bool is_wave = name.ends_with(".wave") && value == step;
    if (is_wave && name.starts_with(path.substr(0, name_at))) {
      return value_of(name.substr(0, name.size() - 4) + path.substr(dot + 1));
    }
  }
  return std::nullopt;
}

std::vector<Difference> differences(const Settings& a, const Settings& b) {
  const std::map<std::string, std::string> in_a(a.all().begin(), a.all().end());
  const std::map<std::string, std::string> in_b(b.all().begin(), b.all().end());
  const std::set<std::string> nodes_a = nodes_of(a), nodes_b = nodes_of(b);
  std::set<std::string> told;
  std::vector<Difference> all;
  for (const auto& [path, value] : a.all()) {
    const auto other = in_b.find(path);
    if (path == "pipeline.name" || (other != in_b.end() && other->second == value)) continue;
    if (nodes_b.count(node_of(path))) {
      all.push_back({a.named(path), value, other == in_b.end() ? "" : other->second});
    } else if (told.insert(node_of(path)).second) {
      all.push_back({node_of(path), "only here", ""});
    }
  }
  for (const auto& [path, value] : b.all()) {
    if (path == "pipeline.name" || in_a.count(path)) continue;
    if (nodes_a.count(node_of(path))) {
      all.push_back({b.named(path), "", value});
    } else if (told.insert(node_of(path)).second) {
      all.push_back({node_of(path), "", "only here"});
    }
  }
  return all;
}

}  // namespace glia::report
