// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/pipeline_arguments.hpp"
#include "config/axis_values.hpp"
#include "config/node_kind.hpp"
#include "config/pipeline.hpp"
#include "config/template.hpp"
#include "core/at_work.hpp"
#include "core/diagnostics.hpp"
#include "core/output.hpp"
#include "graph/shapes.hpp"
#include "graph/unused.hpp"
#include "sweep/advice.hpp"
#include "sweep/plan_builder.hpp"
#include "sweep/study.hpp"
#include "train/empty_classes.hpp"
#include "train/load_data.hpp"
#include "train/overlap.hpp"
#include "train/reported.hpp"
#include "train/samples.hpp"
#include "train/start_weights.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/table_columns.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace glia::cli {
namespace {

std::string count(std::size_t number, const std::string& noun) {
  if (number == 1) return "1 " + noun;
  if (noun.ends_with('y')) return fmt::format("{} {}ies", number, noun.substr(0, noun.size() - 1));
  return fmt::format("{} {}s", number, noun);
}

/// A run says what is wrong with such a file; that there is none can be said before.
void check_weights(const config::PipelineSpec& spec) {
  Diagnostics problems;
  for (const auto& encoder : spec.encoders) {
    std::error_code ignored;
    if (encoder.weights.empty() || std::filesystem::exists(encoder.weights, ignored)) continue;
    problems.error(
        encoder.weights_source,
        fmt::format("weights of encoder '{}': there is no file {}", encoder.id, encoder.weights));
  }
  problems.require_ok();
}

/// Whether a parameter names a file: folders of pictures take long to open.
bool names_a_file(const config::PluginUse& use) {
  return std::any_of(use.values.begin(), use.values.end(), [](const auto& value) {
    const auto* text = std::get_if<std::string>(&value.second);
    std::error_code ignored;
    return text && std::filesystem::is_regular_file(*text, ignored);
  });
}

/// Of data that opens quickly: every cell of a table, before a run stops at one; whether the samples
/// that are kept for validation leave some to train on; and what is no error, which it returns, as
/// classes that never occur. Other data that cannot be read is what a run tells.
std::vector<Diagnostic> check_data(const config::PipelineSpec& spec, const graph::Shapes& shapes) {
  Diagnostics problems, remarks;
  for (const auto& node : spec.datasets) {
    train::LoadedData data{.id = node.id,
                           .dataset = node.use.plugin->descriptor->make_dataset(node.use.values),
                           .spec = shapes.datasets.at(node.id)};
    const bool table = dynamic_cast<const Tabular*>(data.dataset.get()) != nullptr;
    if (!table && node.validation < 1 && !names_a_file(node.use)) continue;
    const AtWork at_work(*node.use.plugin);
    try {
      data.dataset->open();
    } catch (const Error& e) {
      if (table) problems.error(node.source, e.message(), e.hint());
      continue;
    } catch (const std::exception&) {
      continue;
    }
    try {
      train::keep_for_validation(node, data);
    } catch (const Error& e) {
      problems.error(node.source, e.message(), e.hint());
      continue;
    }
    for (const auto& text : train::empty_classes(data)) remarks.error(node.source, text);
    for (const auto& text : train::overlaps(data)) remarks.error(node.source, text);
  }
  problems.require_ok();
  return remarks.sorted();
}

/// A trial of a sweep: one value of each group of axes, and one of each axis that is drawn from.
struct Trial {
  std::vector<std::pair<const config::AxisGroup*, std::size_t>> listed;
  std::vector<std::pair<const config::Axis*, config::Item>> drawn;
};

std::vector<config::Setting> settings_of(const Trial& trial) {
  std::vector<config::Setting> settings;
  for (const auto& [group, value] : trial.listed) {
    for (const auto& axis : *group) settings.emplace_back(axis.path, &axis.values.at(value));
  }
  for (const auto& [axis, value] : trial.drawn) settings.emplace_back(axis->path, &value);
  return settings;
}

/// What is wrong with the values that such a trial has.
void check_trial(const config::PipelineTemplate& source, const Trial& trial, Diagnostics& found) {
  const auto settings = settings_of(trial);
  Diagnostics problems;
  source.make_spec(settings, problems);
  for (const auto& d : problems.sorted()) {
    const bool of_value = std::any_of(settings.begin(), settings.end(), [&](const auto& setting) {
      return setting.second->source == d.source;
    });
    if (of_value) found.error(d.source, d.message, d.hint);
  }
}

/// What is drawn at one end of a range: of reals the end itself practically never is.
config::Item end_of(const config::Axis& axis, bool high) {
  const auto& range = *axis.sampled;
  const double end = high ? range.high : range.low, other = high ? range.low : range.high;
  return range.whole ? config::integer_item(static_cast<std::int64_t>(end), axis.source)
                     : config::real_item(std::nextafter(end, other), axis.source);
}

/// Trials of a block that have between them every listed value, and both ends of every axis that is
/// drawn from.
std::vector<Trial> trials_of(const config::AxisBlock& block, std::size_t most) {
  Trial first;
  for (const auto& group : block.groups) {
    if (group.empty() || group.front().values.empty()) return {};
    first.listed.emplace_back(&group, 0);
  }
  for (const auto& axis : block.sampled) first.drawn.emplace_back(&axis, end_of(axis, false));
  std::vector<Trial> trials{first};
  for (std::size_t d = 0; d < first.drawn.size() && trials.size() < most; ++d) {
    trials.push_back(first);
    trials.back().drawn[d].second = end_of(block.sampled[d], true);
  }
  for (std::size_t g = 0; g < first.listed.size(); ++g) {
    const std::size_t values = block.groups[g].front().values.size();
    for (std::size_t v = 1; v < values && trials.size() < most; ++v) {
      trials.push_back(first);
      trials.back().listed[g].second = v;
    }
  }
  return trials;
}

/// The axes of the file's sweep: a path that leads nowhere, a value of the wrong kind. Of a long
/// file or list only the first values, as looking takes time. Which trials there are where some are
/// left out, `glia sweep -n` says.
void check_axes(const config::PipelineTemplate& source) {
  constexpr std::size_t most_trials = 500, most_text = 4 << 20;
  const auto& sweep = source.sweep();
  if (!sweep.given || !sweep.exclude.empty() || !sweep.only_if.empty()) return;
  std::size_t left = std::min(most_trials, most_text / (source.text().size() + 1));
  Diagnostics found;
  for (const auto& block : sweep.blocks) {
    if (left == 0) break;
    const auto trials = trials_of(block, left);
    for (const auto& trial : trials) check_trial(source, trial, found);
    left -= trials.size();
  }
  config::require_ok(found);
}

/// The sweep with few of its values: a file of some lines may ask for a million combinations.
config::SweepSpec few_of(const config::SweepSpec& all) {
  constexpr std::ptrdiff_t most_values = 2;
  config::SweepSpec few;
  few.given = all.given;
  few.seeds = {all.seeds.front()};
  few.sampler = all.sampler;
  few.sampler_settings = all.sampler_settings;
  few.source = all.source;
  if (const auto samples = few.sampler_settings.find("samples");
      samples != few.sampler_settings.end()) {
    samples->second = std::int64_t{1};
  }
  auto& block = few.blocks.emplace_back();
  block.sampled = all.blocks.front().sampled;
  for (const auto& group : all.blocks.front().groups) {
    auto& added = block.groups.emplace_back();
    for (const auto& axis : group) {
      const auto end = axis.values.begin() +
                       std::min(most_values, static_cast<std::ptrdiff_t>(axis.values.size()));
      added.push_back({.path = axis.path,
                       .values = {axis.values.begin(), end},
                       .sampled = axis.sampled,
                       .source = axis.source,
                       .logarithmic = axis.logarithmic});
    }
  }
  return few;
}

/// What the sweep chooses by, of its first trial: all trials are for `glia sweep -n`.
void check_choice(const config::PipelineTemplate& source) {
  const auto& sweep = source.sweep();
  if (!sweep.given) return;
  const auto few = few_of(sweep);
  if (!sweep::Study(few).judged_by() && !sweep.keep && !sweep.early_stopping) return;
  if (const auto first = trials_of(sweep.blocks.front(), 1); !first.empty()) {
    sweep::PlanBuilder(source, few).check_choice(settings_of(first.front()));
  }
}

/// Tells what the file's sweep may not mean; how much that is.
std::size_t advice_on_sweep(const config::PipelineTemplate& source) {
  if (!source.sweep().given) return 0;
  const auto all = sweep::advice_on(source.sweep());
  for (const auto& advice : all) {
    std::fprintf(stderr, "%s: warning: %s\n", source.sweep().source.text().c_str(), advice.c_str());
  }
  return all.size();
}

int validate(const PipelineArguments& arguments, const Session& session) {
  const auto source = arguments.source(session);
  const auto pipeline = source.make(std::vector<config::Setting>{});
  const auto& spec = pipeline.spec;
  const auto shapes = graph::check_shapes(spec);
  train::check_metrics(spec, shapes);
  check_axes(source);
  check_choice(source);
  check_weights(spec);
  const auto remarks = check_data(spec, shapes);
  train::check_starts(spec, shapes);
  const auto nodes = config::all_nodes(spec);
  std::string counts;
  for (const config::NodeKind* kind : config::node_kinds()) {
    const auto number = static_cast<std::size_t>(std::count_if(
        nodes.begin(), nodes.end(), [&](const auto* node) { return node->kind == kind; }));
    if (number == 0) continue;
    counts += (counts.empty() ? "" : ", ") + count(number, kind->name);
  }
  auto warnings = graph::warnings_of(spec, shapes);
  warnings.insert(warnings.end(), remarks.begin(), remarks.end());
  for (const auto& warning : warnings) {
    std::fprintf(stderr, "%s: warning: %s\n", warning.source.text().c_str(),
                 warning.message.c_str());
    if (!warning.hint.empty()) std::fprintf(stderr, "  hint: %s\n", warning.hint.c_str());
  }
  const auto advice = advice_on_sweep(source);
  const std::size_t told = warnings.size() + advice;
  if (told > 0) counts += "; " + count(told, "warning");
  print("%s: ok (%s)\n", spec.file.c_str(), counts.c_str());
  return ok;
}

}  // namespace

void add_validate(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("validate", "Check a pipeline file without running it");
  auto arguments = std::make_shared<PipelineArguments>();
  arguments->add_to(*command);
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return validate(*arguments, session); };
  });
}

}  // namespace glia::cli
