// SPDX-License-Identifier: MIT
#include "sweep/plan.hpp"

#include "core/hash.hpp"
#include "graph/shapes.hpp"
#include "graph/stages.hpp"
#include "sweep/expansion.hpp"
#include "train/stage_cache.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace glia::sweep {
namespace {

constexpr std::size_t most_problems = 200;

/// Turns points and seeds into trials, checking each as `glia validate` would.
class Planner {
 public:
  explicit Planner(const config::PipelineTemplate& source) : source_(source) {}

  Plan run() {
    Expansion expansion = expand(source_.sweep());
    plan_.axes = std::move(expansion.axes);
    check_base();
    for (auto& point : expansion.points) {
      add(point);
      if (found_ > most_problems) break;
    }
    config::require_ok(problems_);
    check_stopping();
    for (auto& stage : plan_.shared) stage.users = users_[stage.key];
    return std::move(plan_);
  }

 private:
  void check_base() {
    const auto spec = source_.make(std::vector<config::Setting>{}).spec;
    plan_.pipeline = spec.name;
    for (const auto& head : spec.heads) plan_.heads.push_back(head.id);
    std::sort(plan_.heads.begin(), plan_.heads.end());
  }

  void check_stopping() const {
    const auto& stopping = source_.sweep().early_stopping;
    if (!stopping) return;
    if (stopping->head.empty() && plan_.heads.size() > 1) {
      throw Error(ErrorCode::configuration,
                  stopping->source.text() + ": error: which head is to decide?",
                  "write head = \"NAME\", one of " + quoted_list(plan_.heads));
    }
    if (stopping->head.empty() ||
        std::count(plan_.heads.begin(), plan_.heads.end(), stopping->head)) {
      return;
    }
    throw Error(ErrorCode::configuration,
                stopping->source.text() + ": error: there is no head '" + stopping->head + "'",
                did_you_mean(stopping->head, plan_.heads));
  }

  /// All trials of one point: they differ in their seeds only, which nothing is checked against.
  void add(const std::vector<int>& point) {
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
      } catch (const Error& e) {
        throw Error(
            ErrorCode::configuration, e.message(),
            "so it is in trial " + std::to_string(plan_.trials.size()) + ": " + describe(point));
      }
    }
    note(problems, point);
    const std::size_t first = plan_.trials.size();
    for (const std::uint64_t seed : source_.sweep().seeds) {
      plan_.trials.push_back({plan_.trials.size(), seed, point, {}});
    }
    if (!shapes || found_ > 0) return;
    note_parts(spec);
    for (std::size_t t = first; t < plan_.trials.size(); ++t) {
      spec.seed = plan_.trials[t].seed;
      share(plan_.trials[t], graph::plan_stages(spec, *shapes));
    }
  }

  /// Keeps what is wrong, and says for which values where that is not plain from the place.
  void note(const Diagnostics& problems, const std::vector<int>& point) {
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
        hint += "first in trial " + std::to_string(plan_.trials.size()) + ": " + describe(point);
      }
      problems_.error(d.source, d.message, hint);
    }
  }

  std::string describe(const std::vector<int>& point) const {
    std::string text;
    for (std::size_t a = 0; a < point.size(); ++a) {
      if (point[a] == Trial::unset) continue;
      const auto& axis = plan_.axes[a];
      text += (text.empty() ? "" : ", ") + axis.path + " = " +
              axis.texts[static_cast<std::size_t>(point[a])];
    }
    return text.empty() ? "no values set" : text;
  }

  void share(Trial& trial, const std::vector<graph::Stage>& stages) {
    for (const auto& stage : stages) {
      const bool latents = stage.kind == graph::Stage::Kind::encode ||
                           stage.kind == graph::Stage::Kind::train_jointly;
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

  void note_parts(const config::PipelineSpec& spec) {
    const auto note_plugin = [&](const config::PluginUse& use) {
      const auto& d = *use.plugin->descriptor;
      std::string& part = plan_.parts[plugin_part(d)];
      if (part.empty()) {
        part = use.plugin->version + ", build " + identity_of_file(use.plugin->file).substr(0, 16);
      }
    };
    for (const auto& node : spec.datasets) {
      note_plugin(node.use);
      std::string& part = plan_.parts[data_part + node.id];
      if (part.empty()) {
        part = node.use.plugin->descriptor->make_dataset(node.use.values)->identity().substr(0, 16);
      }
    }
    for (const auto& node : spec.encoders) note_plugin(node.use);
    for (const auto& node : spec.heads) note_plugin(node.use);
    for (const auto& node : spec.networks) note_block(node.block, note_plugin);
  }

  template <class Note>
  void note_block(const config::Block& block, const Note& note_plugin) {
    for (const auto& step : block.pattern) {
      if (step.kind == config::Step::Kind::wave) note_plugin(step.wave);
      if (step.kind == config::Step::Kind::block) note_block(step.block, note_plugin);
    }
  }

  const config::PipelineTemplate& source_;
  Plan plan_;
  Diagnostics problems_;
  std::set<std::pair<Source, std::string>> told_;
  std::size_t found_ = 0;
  std::map<std::string, std::size_t> shared_;  // by stage key
  std::map<std::string, std::size_t> users_;   // by cache key
};

}  // namespace

std::string plugin_part(const Descriptor& descriptor) {
  return std::string(kind_name(descriptor.kind)) + ' ' + descriptor.id;
}

std::vector<std::string> Plan::overrides(const Trial& trial) const {
  std::vector<std::string> all;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (trial.values[a] == Trial::unset) continue;
    all.push_back(axes[a].path + '=' + axes[a].texts[static_cast<std::size_t>(trial.values[a])]);
  }
  all.push_back("pipeline.seed=" + std::to_string(trial.seed));
  return all;
}

Plan make_plan(const config::PipelineTemplate& source) { return Planner(source).run(); }

}  // namespace glia::sweep
