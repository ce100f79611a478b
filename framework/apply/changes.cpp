// SPDX-License-Identifier: MIT
#include "apply/changes.hpp"

#include "core/diagnostics.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

namespace glia::apply {
namespace fs = std::filesystem;
namespace {

Split split_of(const std::string& name) {
  for (const Split split : {Split::train, Split::test, Split::validation}) {
    if (name == split_name(split)) return split;
  }
  const std::vector<std::string> known{"test", "validation", "train"};
  const std::string guess = did_you_mean(name, known);
  throw Error(ErrorCode::usage, "there is no split '" + name + "'",
              guess.empty() ? "choose " + quoted_list(known) : guess);
}

/// What stands between the separators.
std::vector<std::string> parts_of(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (const char c : text) c == separator ? parts.emplace_back() : parts.back() += c;
  return parts;
}

void require_evaluable(const std::string& word) {
  const auto parts = parts_of(word.substr(0, word.find('=')), '.');
  if (parts.size() > 3 && parts[0] == "network" && parts[2] == "defaults") {
    throw Error(ErrorCode::usage,
                "'" + word + "' would reach no wave: those of a trained network have all settings",
                "name the wave: network." + parts[1] + ".pattern.WAVE" +
                    word.substr(word.find(".defaults.") + 9));
  }
  // The second part is a name.
  const bool trains = parts.size() > 2 && parts[0] != "dataset" &&
                      std::find(parts.begin() + 2, parts.end(), "train") != parts.end();
  if (!trains && parts[0] != "sweep") return;
  throw Error(ErrorCode::usage, "'" + word + "' means nothing to a network that has been trained",
              "train with it: glia run RUN/resolved.toml " + word);
}

/// Keys without a dot are those of this command; tables as a whole are given as TABLE.ID.
void require_known(const std::string& key) {
  const std::vector<std::string> own{"split",       "seed",     "weight_noise",
                                     "weight_loss", "episodes", "lesion"};
  if (key.find('.') != std::string::npos) return;
  if (std::find(own.begin(), own.end(), key) != own.end()) return;
  const std::string guess = did_you_mean(key, own);
  throw Error(ErrorCode::usage, "there is no key '" + key + "'",
              guess.empty() ? "keys are " + quoted_list(own) +
                                  ", and those of the pipeline: dataset.ID.test_limit"
                            : guess);
}

/// Levels of damage may be given without brackets, and for all heads at once.
std::string damage_in_full(const std::string& word) {
  std::string key = word.substr(0, word.find('=')), value = word.substr(word.find('=') + 1);
  const bool levels = key.ends_with("weight_noise") || key.ends_with("weight_loss");
  if (levels && !value.starts_with('[')) value = '[' + value + ']';
  if (key == "weight_noise" || key == "weight_loss") key = of_all_heads + key;
  return key + '=' + value;
}

/// Error (usage) unless digits alone stand there.
void require_whole(const std::string& key, const std::string& value) {
  if (value.find_first_not_of("0123456789") == std::string::npos) return;
  throw Error(
      ErrorCode::usage,
      fmt::format("'{}' takes a whole number from {}, not '{}'", key, key == "seed" ? 0 : 1, value),
      fmt::format("such as {}=7", key));
}

/// "test_episodes" of "train.test_episodes=7".
std::string last_key(const std::string& setting) {
  const std::string path = setting.substr(0, setting.find('='));
  return path.substr(path.rfind('.') + 1);
}

}  // namespace

Error as_typed(const Error& error, const Wish& wish) {
  std::string text = error.message();
  const std::string before = "argument '", after = "': error: ";
  for (const auto& [setting, word] : wish.typed) {
    std::size_t at = 0;
    while ((at = text.find(setting + after, at)) != std::string::npos) {
      const auto label = text.rfind(before, at);
      if (label == std::string::npos) break;
      const std::string told = before + word + after, key = last_key(setting) + ' ';
      auto length = at + setting.size() + after.size() - label;
      const bool named = text.compare(label + length, key.size(), key) == 0;
      if (named) length += key.size();
      const std::string put = told + (named ? last_key(word) + ' ' : "");
      text.replace(label, length, put);
      at = label + put.size();
    }
  }
  Error typed(error.code(), text, error.hint());
  for (const auto& place : error.places()) typed.within(place);
  return typed;
}

Wish read_wish(const std::vector<std::string>& arguments) {
  Wish wish;
  std::set<std::string> given;
  for (const auto& word : arguments) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(ErrorCode::usage, "'" + word + "' is not of the form KEY=VALUE",
                  "such as split=validation or dataset.ID.test_limit=100");
    }
    const std::string key = word.substr(0, equals);
    require_known(key);
    if (!given.insert(key).second) {
      throw Error(ErrorCode::usage, "'" + key + "' is given twice", "give each key once");
    }
    const std::string value = word.substr(equals + 1);
    if (value.empty() && key.find('.') == std::string::npos) {
      throw Error(ErrorCode::usage, "'" + word + "' says no value", "leave it out, or give one");
    }
    if (key == "split") {
      wish.split = split_of(value);
      continue;
    }
    if (key == "episodes") {
      require_whole(key, value);
      wish.episodes = value;
      wish.typed.emplace_back("train.test_episodes=" + value, word);
      continue;
    }
    if (key == "lesion") {
      wish.lesions = parts_of(value, ',');
      continue;
    }
    if (key == "seed") {
      require_whole(key, value);
      wish.changes.push_back("pipeline." + word);
    } else {
      require_evaluable(word);
      wish.changes.push_back(damage_in_full(word));
    }
    wish.typed.emplace_back(wish.changes.back(), word);
  }
  return wish;
}

bool seen_from_here(const std::string& dataset, const std::vector<std::string>& changes) {
  const std::string whole = "dataset." + dataset + "=", key = "dataset." + dataset + ".";
  return std::any_of(changes.begin(), changes.end(), [&](const std::string& change) {
    if (change.starts_with(whole)) return true;
    std::error_code ignored;
    return change.starts_with(key) && fs::exists(change.substr(change.find('=') + 1), ignored);
  });
}

WorkingFolder::WorkingFolder(const std::string& folder) {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  if (folder.empty() || error || !fs::is_directory(folder, error)) return;
  fs::current_path(folder, error);
  if (!error) before_ = here;
}

WorkingFolder::~WorkingFolder() {
  std::error_code ignored;
  if (!before_.empty()) fs::current_path(before_, ignored);
}

}  // namespace glia::apply
