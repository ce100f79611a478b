// SPDX-License-Identifier: MIT
#include "sweep/extension.hpp"

#include "config/axis_values.hpp"
#include "config/template.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace glia::sweep {

namespace {

using Words = std::vector<std::string>;

void add_new(Words& all, const Words& more) {
  for (const auto& text : more) {
    if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
  }
}

std::string comma_joined(const Words& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

/// The seeds of all trials, as text, in order.
Words seeds_of(const Plan& plan) {
  Words all;
  std::set<std::uint64_t> known;
  for (const auto& trial : plan.trials) {
    if (known.insert(trial.seed).second) all.push_back(std::to_string(trial.seed));
  }
  return all;
}

/// A number of seeds is that of all: those there are, and further ones counting up.
void add_count(Words& seeds, std::uint64_t count) {
  std::uint64_t next = 0;
  for (const auto& seed : seeds) {
    next = std::max<std::uint64_t>(next, std::stoull(seed) + 1);
  }
  while (seeds.size() < count) seeds.push_back(std::to_string(next++));
}

[[noreturn]] void refuse(const std::string& word, const Plan& plan) {
  std::string axes;
  for (const auto& axis : plan.axes) axes += (axes.empty() ? "" : ", ") + axis.path;
  throw Error(ErrorCode::usage, "'" + word + "' adds neither seeds nor values of an axis",
              "write seeds=30 for 30 seeds in all, or KEY=0.7,0.8 for more values of an axis (" +
                  (axes.empty() ? "there is none" : axes) +
                  "); for another axis, start another sweep");
}

/// A trial by its settings, whatever the order of the axes.
std::string name_of(const Plan& plan, const Trial& trial) {
  auto settings = plan.overrides(trial);
  std::sort(settings.begin(), settings.end());
  std::string name;
  for (const auto& setting : settings) name += setting + '\n';
  return name;
}

/// Where a value of an axis of the new plan stands in the joint one.
struct AxisPlace {
  std::size_t axis = 0;
  std::vector<int> values;
};

/// Adds the axes and values of `now` to `all`; for each axis of `now`, its place there.
std::vector<AxisPlace> join_axes(Plan& all, const Plan& now) {
  std::map<std::string, std::size_t> axes;
  for (std::size_t a = 0; a < all.axes.size(); ++a) axes[all.axes[a].path] = a;
  std::vector<AxisPlace> places;
  for (const auto& axis : now.axes) {
    const auto [known, added] = axes.emplace(axis.path, all.axes.size());
    if (added) all.axes.push_back({axis.path, {}, {}});
    AxisPlace place{known->second, {}};
    for (std::size_t v = 0; v < axis.texts.size(); ++v) {
      auto& texts = all.axes[place.axis].texts;
      auto it = std::find(texts.begin(), texts.end(), axis.texts[v]);
      if (it == texts.end()) {
        all.axes[place.axis].values.push_back(axis.values[v]);
        it = texts.insert(texts.end(), axis.texts[v]);
      }
      place.values.push_back(static_cast<int>(it - texts.begin()));
    }
    places.push_back(std::move(place));
  }
  return places;
}

}  // namespace

Words extended(const Plan& plan, const Words& arguments, const Words& more) {
  constexpr std::uint64_t most_seeds = 1'000'000;
  auto all = arguments;
  Words seeds = seeds_of(plan);
  std::map<std::string, Words> values;
  for (const auto& axis : plan.axes) values[axis.path] = axis.texts;
  for (const auto& word : more) {
    if (plan.objective && !word.starts_with("sweep.trials=")) {
      throw Error(
          ErrorCode::usage, "'" + word + "' changes what the sampler has learned from",
          "a sweep that learns gets more trials: sweep.trials=" + std::to_string(2 * plan.size()));
    }
    const auto equals = word.find('=');
    if (equals == std::string::npos) refuse(word, plan);
    const std::string path = word.substr(0, equals);
    if (config::is_seed_path(path)) {
      const auto given = config::axis_texts(word);
      if (!given) refuse(word, plan);
      std::uint64_t count = 0;
      const auto& first = given->front();
      const auto [end, error] = std::from_chars(first.data(), first.data() + first.size(), count);
      const bool number = error == std::errc() && end == first.data() + first.size();
      if (given->size() > 1 || !number) {
        add_new(seeds, *given);
      } else if (count >= 1 && count <= most_seeds) {
        add_count(seeds, count);
      } else {
        refuse(word, plan);
      }
      // All that there are, so that later values are for all of them.
      all.push_back("seeds=" + (seeds.size() == 1 ? '[' + seeds[0] + ']' : comma_joined(seeds)));
      continue;
    }
    const auto axis = values.find(path);
    if (axis == values.end()) {
      if (!word.starts_with("sweep.")) refuse(word, plan);
      all.push_back(word);
      continue;
    }
    const auto given = config::axis_texts(word);
    if (!given) {  // to be drawn
      all.push_back(word);
      continue;
    }
    add_new(axis->second, *given);
    all.push_back(path + '=' + comma_joined(axis->second));
  }
  return all;
}

Plan join(const Plan& before, const Plan& now) {
  Plan all = before;
  all.expected = now.expected;
  if (before.objective) return all;  // the others follow from results
  all.parts.insert(now.parts.begin(), now.parts.end());
  std::map<std::string, std::size_t> stages;
  for (std::size_t s = 0; s < all.shared.size(); ++s) stages[all.shared[s].key] = s;
  std::set<std::string> known;
  for (const auto& trial : before.trials) known.insert(name_of(before, trial));

  const std::vector<AxisPlace> places = join_axes(all, now);
  for (auto& trial : all.trials) trial.values.resize(all.axes.size(), Trial::unset);
  for (const auto& trial : now.trials) {
    if (!known.insert(name_of(now, trial)).second) continue;
    Trial added{all.trials.size(), trial.seed, std::vector<int>(all.axes.size(), Trial::unset), {}};
    for (std::size_t a = 0; a < now.axes.size(); ++a) {
      if (trial.values[a] == Trial::unset) continue;
      added.values[places[a].axis] = places[a].values[static_cast<std::size_t>(trial.values[a])];
    }
    for (const std::size_t s : trial.stages) {
      const auto [it, fresh] = stages.emplace(now.shared[s].key, all.shared.size());
      if (fresh) {
        all.shared.push_back(now.shared[s]);
        all.shared.back().trial = added.number;
        all.shared.back().users = 0;
      }
      ++all.shared[it->second].users;
      added.stages.push_back(it->second);
    }
    all.trials.push_back(std::move(added));
  }
  return all;
}

}  // namespace glia::sweep
