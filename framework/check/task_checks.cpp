// SPDX-License-Identifier: MIT
// Tasks: what training and comparing policies rely on.
#include "check/tools.hpp"
#include "plugin/descriptor_check.hpp"
#include "plugin/example.hpp"

#include <glia/sdk/random.hpp>
#include <glia/sdk/task.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

namespace glia::check {
namespace {

constexpr std::int64_t most_steps = 2000;  // that are looked at

std::unique_ptr<Task> made(const Subject& s) {
  return s.descriptor->make_task(plugin::example_values(*s.descriptor));
}

/// All that lanes show, step by step.
struct Seen {
  std::vector<std::vector<float>> rows, rewards;  // [step][...]
  std::vector<std::vector<std::uint8_t>> ended;   // [step][lane]
};

/// Plays so many steps; lane e takes the actions that follow from its key.
Seen play(const Task& task, const std::vector<std::uint64_t>& keys, std::int64_t steps) {
  const TaskSpec spec = task.spec();
  const auto lanes = static_cast<std::int64_t>(keys.size());
  const auto episodes = task.episodes(lanes);
  episodes->reset(keys);
  std::vector<RandomStream> actions;
  for (const std::uint64_t key : keys) actions.emplace_back(key, "check/actions", 0);
  Seen seen;
  for (std::int64_t t = 0; t < steps; ++t) {
    auto& row = seen.rows.emplace_back(static_cast<std::size_t>(spec.observation * lanes));
    episodes->observe(row, lanes);
    std::vector<std::int32_t> chosen;
    for (auto& stream : actions) {
      const auto bound = static_cast<std::uint64_t>(spec.actions);
      chosen.push_back(static_cast<std::int32_t>(stream.below(bound)));
    }
    auto& rewards = seen.rewards.emplace_back(keys.size());
    auto& ended = seen.ended.emplace_back(keys.size(), std::uint8_t{2});
    episodes->step(chosen, rewards, ended);
  }
  return seen;
}

void task_spec(const Subject& s) {
  const TaskSpec spec = made(s)->spec();
  expect(spec.observation >= 1, "an observation has no numbers");
  expect(spec.actions >= 2, "there are fewer than two actions");
  expect(spec.steps >= 1, "an episode has no steps");
  for (const auto& baseline : spec.baselines) {
    expect(plugin::is_identifier(baseline.name),
           fmt::format("the name of a baseline, '{}', is no identifier", baseline.name));
  }
  if (!spec.score) return;
  for (const auto& name : {spec.score->first, spec.score->second}) {
    const auto named = [&](const Baseline& b) { return b.name == name; };
    expect(std::any_of(spec.baselines.begin(), spec.baselines.end(), named),
           fmt::format("the score goes by '{}', which is no baseline", name));
  }
}

void keys(const Subject& s) {
  const auto task = made(s);
  const TaskSpec spec = task->spec();
  const std::int64_t steps = std::min(spec.steps, most_steps);
  const Seen alone = play(*task, {s.seed}, steps);
  const Seen among = play(*task, {s.seed + 1, s.seed, s.seed + 2}, steps);
  for (std::size_t t = 0; t < static_cast<std::size_t>(steps); ++t) {
    const bool same =
        alone.rewards[t][0] == among.rewards[t][1] && alone.ended[t][0] == among.ended[t][1];
    expect(same, fmt::format("the episode of one key takes another course beside others (step {})",
                             t + 1));
    for (std::size_t i = 0; i < static_cast<std::size_t>(spec.observation); ++i) {
      expect(std::bit_cast<std::uint32_t>(alone.rows[t][i]) ==
                 std::bit_cast<std::uint32_t>(among.rows[t][3 * i + 1]),
             fmt::format("observation {} of one key is another one beside other episodes (step {})",
                         i, t + 1));
    }
    if (alone.ended[t][0]) return;
  }
}

void finite_rewards(const Subject& s) {
  const auto task = made(s);
  const Seen seen = play(*task, {s.seed, s.seed + 1}, std::min(task->spec().steps, most_steps));
  for (std::size_t t = 0; t < seen.rows.size(); ++t) {
    const auto is_number = [](float x) { return std::isfinite(x); };
    expect(std::all_of(seen.rows[t].begin(), seen.rows[t].end(), is_number),
           fmt::format("an observation is no finite number (step {})", t + 1));
    expect(std::all_of(seen.rewards[t].begin(), seen.rewards[t].end(), is_number),
           fmt::format("a reward is no finite number (step {})", t + 1));
  }
}

void ends(const Subject& s) {
  const auto task = made(s);
  const TaskSpec spec = task->spec();
  if (spec.steps > most_steps) throw Skip{"its episodes are long"};
  const Seen seen = play(*task, {s.seed, s.seed + 1, s.seed + 2}, spec.steps + 2);
  for (std::size_t lane = 0; lane < 3; ++lane) {
    bool over = false;
    for (std::size_t t = 0; t < seen.ended.size(); ++t) {
      expect(seen.ended[t][lane] <= 1, "'ended' is written as something else than 0 and 1");
      expect(!over || (seen.ended[t][lane] == 1 && seen.rewards[t][lane] == 0),
             fmt::format("an episode that has ended goes on, or gains (step {})", t + 1));
      over = over || seen.ended[t][lane] == 1;
    }
    const auto last = static_cast<std::size_t>(spec.steps) - 1;
    expect(seen.ended[last][lane] == 1,
           fmt::format("an episode has not ended after the {} steps that it may have", spec.steps));
  }
}

void baselines(const Subject& s) {
  const auto task = made(s);
  const TaskSpec spec = task->spec();
  if (spec.baselines.empty()) throw Skip{"it has none"};
  const auto episodes = task->episodes(2);
  const std::vector<std::uint64_t> pair{s.seed, s.seed + 1};
  for (std::size_t b = 0; b < spec.baselines.size(); ++b) {
    episodes->reset(pair);
    std::vector<float> rewards(2);
    std::vector<std::uint8_t> ended(2);
    for (std::int64_t t = 0; t < std::min(spec.steps, most_steps); ++t) {
      std::vector<std::int32_t> actions(2, -1);
      episodes->advise(b, actions);
      for (const auto action : actions) {
        expect(action >= 0 && action < spec.actions,
               fmt::format("baseline '{}' takes action {}, and there are {}",
                           spec.baselines[b].name, action, spec.actions));
      }
      episodes->step(actions, rewards, ended);
    }
  }
}

}  // namespace

std::vector<Check> task_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
      {"task-spec", "Networks are built to the observation, and end with a cell for each action.",
       error, plugin, tasks, task_spec, true},
      {"task-key", "Candidates are compared on equal episodes, whatever others stand beside them.",
       error, plugin, tasks, keys},
      {"task-finite", "One NaN in a reward, and a generation learns nothing.", error, plugin, tasks,
       finite_rewards},
      {"task-end", "Lanes go on until the last one ends; the others must not gain meanwhile.",
       error, plugin, tasks, ends},
      {"task-baselines", "What policies are compared with has to be able to act.", error, plugin,
       tasks, baselines},
  };
}

}  // namespace glia::check
