// SPDX-License-Identifier: MIT
#include "sweep/plan_builder.hpp"

#include "config/node_kind.hpp"
#include "core/diagnostics.hpp"
#include "core/hash.hpp"
#include "core/log.hpp"
#include "core/one_look.hpp"
#include "graph/data_identity.hpp"
#include "graph/data_remarks.hpp"
#include "graph/shapes.hpp"
#include "results/class_metric.hpp"
#include "sweep/build_parts.hpp"
#include "sweep/objective.hpp"
#include "train/reported.hpp"
#include "train/stage_cache.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace glia::sweep {
namespace {

constexpr std::size_t most_problems = 200;

/// Trials are many and speak to no terminal, so their sweep says it once. What cannot be read, they
/// tell.
void warn_of(const config::DatasetNode& node) {
  try {
    for (const auto& remark : graph::data_remarks(node)) log().warn("{}", remark);
  } catch (const Error&) {
  }
}

/// The pipeline as a trial with this seed has it: encoders without a seed of their own follow.
void reseed(config::PipelineSpec& spec, std::uint64_t seed) {
  spec.seed = seed;
  for (auto& encoder : spec.encoders) {
    if (!encoder.gives("seed")) encoder.seed = static_cast<std::int64_t>(seed);
  }
}

}  // namespace

PlanBuilder::PlanBuilder(const config::PipelineTemplate& source)
    : PlanBuilder(source, source.sweep()) {}

PlanBuilder::PlanBuilder(const config::PipelineTemplate& source, const config::SweepSpec& of)
    : source_(source), study_(of) {
  plan_.sampler = source.sweep().sampler;
  plan_.judged_by = study_.judged_by();
  if (const auto& learning = study_.learning()) {
    plan_.objective = learning->objective;
    plan_.expected = learning->points * source.sweep().seeds.size();
  }
}

void PlanBuilder::begin() {
  const OneLook look;
  const auto points = study_.more({});
  plan_.axes = study_.axes();
  check_base();
  check_choosers();
  for (const auto& point : points) {
    add(point, true);
    if (found_ > most_problems) break;
  }
  config::require_ok(problems_);
  update();
}

void PlanBuilder::check_choice(const std::vector<config::Setting>& settings) {
  check_base();
  check_choosers();
  Diagnostics problems;
  const auto spec = source_.make_spec(settings, problems);
  if (!problems.ok()) return;  // a trial's own mistakes are told of all of them at once
  const auto shapes = graph::check_shapes(spec);
  require_validation(shapes);
  require_reported(spec, shapes);
}

void PlanBuilder::check_choosers() const {
  const auto& spec = source_.sweep();
  if (const auto& stopping = spec.early_stopping) {
    check_head(stopping->head, stopping->source, "head");
  }
  if (plan_.judge()) check_head(plan_.judge()->head, spec.source, "objective");
  if (spec.keep) check_keep(*spec.keep);
}

void PlanBuilder::restore(const Plan& stored) {
  const OneLook look;
  check_base();
  const std::size_t seeds = source_.sweep().seeds.size();
  for (std::size_t t = 0; t + seeds <= stored.trials.size(); t += seeds) {
    const auto& trial = stored.trials[t];
    Point point(study_.axes().size(), Trial::unset);
    for (std::size_t a = 0; a < stored.axes.size(); ++a) {
      if (trial.values[a] == Trial::unset) continue;
      const std::size_t axis = study_.table().axis(stored.axes[a].path);
      point.resize(study_.axes().size(), Trial::unset);
      point[axis] = study_.table().value(
          axis, stored.axes[a].values[static_cast<std::size_t>(trial.values[a])]);
    }
    study_.restore(point);
    plan_.axes = study_.axes();
    add(point, false);
  }
  plan_.axes = study_.axes();
  plan_.parts = stored.parts;
  update();
}

std::size_t PlanBuilder::grow(const std::vector<std::optional<EndedPoint>>& ended) {
  const std::size_t before = plan_.trials.size();
  const auto points = study_.more(ended);
  plan_.axes = study_.axes();
  for (const auto& point : points) add(point, false);
  update();
  return plan_.trials.size() - before;
}

void PlanBuilder::update() {
  for (auto& stage : plan_.shared) stage.users = users_[stage.key];
  if (plan_.objective && study_.is_complete()) plan_.expected = plan_.trials.size();
}

void PlanBuilder::check_base() {
  const auto spec = source_.make(std::vector<config::Setting>{}).spec;
  plan_.pipeline = spec.name;
  for (const auto* node : config::all_nodes(spec)) {
    if (node->kind->measured) plan_.heads.push_back(node->id);
  }
  std::sort(plan_.heads.begin(), plan_.heads.end());
}

/// An empty name stands for the only head.
void PlanBuilder::check_head(const std::string& head, const Source& source,
                             const std::string& setting) const {
  if (head.empty() && plan_.heads.size() > 1) {
    throw Error(ErrorCode::configuration, source.text() + ": error: which head is to decide?",
                "write head = \"NAME\", one of " + quoted_list(plan_.heads));
  }
  if (head.empty() || std::count(plan_.heads.begin(), plan_.heads.end(), head)) return;
  std::string hint = did_you_mean(head, plan_.heads);
  if (hint.empty() && setting == "objective") hint = "there is " + quoted_list(plan_.heads);
  throw Error(ErrorCode::configuration,
              fmt::format("{}: error: there is no head '{}'", source.text(), head), hint);
}

void PlanBuilder::check_keep(const config::KeepBest& keep) const {
  try {
    objective_for(plan_, keep.objective);
  } catch (const Error& e) {
    throw Error(ErrorCode::configuration,
                fmt::format("{}: error: keep: {}", keep.source.text(), e.message()),
                keep.objective.empty()
                    ? "say by which: keep = { best = 3, objective = \"HEAD.validation_accuracy\" }"
                    : e.hint());
  }
}

/// All trials of one point: they differ in their seeds only, which nothing is checked against.
void PlanBuilder::add(const Point& point, bool strict) {
  std::vector<config::Setting> settings;
  for (std::size_t a = 0; a < point.size(); ++a) {
    if (point[a] == Trial::unset) continue;
    const auto& axis = plan_.axes[a];
    settings.emplace_back(axis.path, &axis.values[static_cast<std::size_t>(point[a])]);
  }
  Diagnostics problems;
  auto spec = source_.make_spec(settings, problems);
  std::optional<graph::Shapes> shapes;
  if (problems.ok()) {
    try {
      shapes = graph::check_shapes(spec);
      train::check_metrics(spec, *shapes);
    } catch (const Error& e) {
      if (strict) {
        throw Error(ErrorCode::configuration, e.message(),
                    fmt::format("so it is in trial {}: {}", plan_.trials.size(), describe(point)));
      }
    }
  }
  if (strict) note(problems, point);
  const std::size_t first = plan_.trials.size();
  for (const std::uint64_t seed : source_.sweep().seeds) {
    plan_.trials.push_back({plan_.trials.size(), seed, point, {}});
  }
  if (!shapes || found_ > 0) return;
  if (strict) {
    require_validation(*shapes);
    require_reported(spec, *shapes);
  }
  note_parts(spec);
  for (std::size_t t = first; t < plan_.trials.size(); ++t) {
    reseed(spec, plan_.trials[t].seed);
    share(plan_.trials[t], graph::plan_stages(spec, *shapes));
  }
}

/// Whatever chooses reads validation, so the data that it looks at must keep samples for it.
void PlanBuilder::require_validation(const graph::Shapes& shapes) const {
  const auto require = [&](const std::string& head, const Source& source, const char* who) {
    const auto found = shapes.heads.find(head.empty() ? plan_.heads.at(0) : head);
    if (found == shapes.heads.end()) return;  // `check_head` tells
    const auto& dataset = *found->second.dataset;
    if (dataset.validation > 0) return;
    throw Error(
        ErrorCode::configuration,
        fmt::format("{}: error: {} chooses by validation, and dataset '{}' keeps no samples "
                    "for it",
                    source.text(), who, dataset.id),
        fmt::format("add validation = 0.1 to [dataset.{}]", dataset.id));
  };
  const auto& spec = source_.sweep();
  if (spec.early_stopping) {
    require(spec.early_stopping->head, spec.early_stopping->source, "early stopping");
  }
  if (plan_.judge() && plan_.judge()->metric.starts_with("validation_")) {
    require(plan_.judge()->head, spec.source, plan_.objective ? "the sampler" : "the objective");
  }
  if (spec.keep) {
    const std::string& wanted = spec.keep->objective;
    const std::string head = !wanted.empty() ? parse_objective(wanted, "auto").head
                             : plan_.judge() ? plan_.judge()->head
                                             : std::string();
    require(head, spec.keep->source, "'keep'");
  }
}

/// A number that no trial will report chooses nothing.
void PlanBuilder::require_reported(const config::PipelineSpec& spec,
                                   const graph::Shapes& shapes) const {
  const auto require = [&](const Objective& objective, const Source& source) {
    const auto path = shapes.heads.find(objective.head);
    const auto head = std::find_if(spec.heads.begin(), spec.heads.end(),
                                   [&](const auto& node) { return node.id == objective.head; });
    if (path == shapes.heads.end() || head == spec.heads.end()) return;  // told elsewhere
    const auto known = train::reported_by(*head, shapes.datasets.at(path->second.dataset->id));
    if (std::find(known.begin(), known.end(), objective.metric) != known.end()) return;
    const SampleSpec& data = shapes.datasets.at(path->second.dataset->id);
    const auto of_class =
        results::class_metric_names("validation_", data.classes, data.class_names);
    if (std::find(of_class.begin(), of_class.end(), objective.metric) != of_class.end()) return;
    throw Error(
        ErrorCode::configuration,
        fmt::format("{}: error: head '{}' reports no '{}', by which trials are to be judged",
                    source.text(), objective.head, objective.metric),
        instead_of(objective.metric, "it reports", known, of_class));
  };
  if (plan_.judge()) require(*plan_.judge(), source_.sweep().source);
  if (const auto& keep = source_.sweep().keep; keep && !keep->objective.empty()) {
    require(objective_for(plan_, keep->objective), keep->source);
  }
}

/// Keeps what is wrong, and says for which values where that is not plain from the place.
void PlanBuilder::note(const Diagnostics& problems, const Point& point) {
  for (const auto& d : problems.sorted()) {
    if (!told_.insert({d.source, d.message}).second) continue;
    ++found_;
    std::string hint = d.hint;
    const auto of_axis = [&](const PlanAxis& axis) {
      return std::any_of(axis.values.begin(), axis.values.end(),
                         [&](const auto& value) { return value.source == d.source; });
    };
    if (std::none_of(plan_.axes.begin(), plan_.axes.end(), of_axis)) {
      if (!hint.empty()) hint += "; ";
      hint += fmt::format("first in trial {}: {}", plan_.trials.size(), describe(point));
    }
    problems_.error(d.source, d.message, hint);
  }
}

std::string PlanBuilder::describe(const Point& point) const {
  std::string text;
  for (std::size_t a = 0; a < point.size(); ++a) {
    if (point[a] == Trial::unset) continue;
    const auto& axis = plan_.axes[a];
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", axis.path,
                        axis.texts[static_cast<std::size_t>(point[a])]);
  }
  return text.empty() ? "no values set" : text;
}

void PlanBuilder::share(Trial& trial, const std::vector<graph::Stage>& stages) {
  for (const auto& stage : stages) {
    if (stage.kind == graph::Stage::Kind::load) note_data(plan_.parts, stage);
    const bool latents =
        stage.kind == graph::Stage::Kind::encode || stage.kind == graph::Stage::Kind::train_jointly;
    if (!latents) continue;
    const auto [it, added] = shared_.emplace(stage.key, plan_.shared.size());
    if (added) {
      SharedStage shared{stage.name, train::cache_key(stage), "", trial.number, 0};
      for (const std::size_t input : stage.inputs) {
        if (stages[input].kind == graph::Stage::Kind::train_encoder) {
          shared.trained = train::cache_key(stages[input]);
        }
      }
      plan_.shared.push_back(std::move(shared));
    }
    trial.stages.push_back(it->second);
    ++users_[plan_.shared[it->second].key];
  }
}

void PlanBuilder::note_parts(const config::PipelineSpec& spec) {
  for (const auto& node : spec.datasets) {
    note_plugin(node.use);
    std::string& part = plan_.parts[data_part + node.id];
    if (part.empty()) {
      part = sha256_hex(graph::data_identity(node.use)).substr(0, 16);
      warn_of(node);
    }
  }
  for (const auto& node : spec.encoders) note_plugin(node.use);
  for (const auto& node : spec.heads) note_plugin(node.use);
  for (const auto& node : spec.networks) note_block(node.block);
  for (const auto& node : spec.others) {
    if (node.use.plugin) note_plugin(node.use);
  }
}

void PlanBuilder::note_plugin(const config::PluginUse& use) {
  const auto& d = *use.plugin->descriptor;
  std::string& part = plan_.parts[plugin_part(d)];
  if (part.empty()) {
    part = fmt::format("{}, build {}", use.plugin->version,
                       identity_of_file(use.plugin->file).substr(0, 16));
  }
}

void PlanBuilder::note_block(const config::Block& block) {
  for (const auto& step : block.pattern) {
    switch (step.kind) {
      case config::Step::Kind::wave:
        note_plugin(step.wave);
        break;
      case config::Step::Kind::activation:
        note_plugin(step.activation);
        break;
      case config::Step::Kind::block:
        note_block(step.block);
        break;
    }
  }
}

}  // namespace glia::sweep
