// SPDX-License-Identifier: MIT
#include "apply/play.hpp"

#include "apply/checkpoint_file.hpp"
#include "apply/silent_progress.hpp"
#include "config/node_kind.hpp"
#include "config/template.hpp"
#include "core/diagnostics.hpp"
#include "core/text_file.hpp"
#include "graph/shapes.hpp"
#include "results/run_origin.hpp"
#include "train/environment.hpp"
#include "train/stage_work.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace glia::apply {
namespace fs = std::filesystem;
namespace {

config::PipelineSpec spec_of(const fs::path& folder, const std::vector<std::string>& changes,
                             const Catalog& catalog) {
  const fs::path file = folder / "resolved.toml";
  return config::PipelineTemplate(results::read_resolved(folder), file.string(), changes, catalog,
                                  config::PipelineTemplate::Lists::are_text)
      .make(std::vector<config::Setting>{})
      .spec;
}

/// The wish as settings of the pipeline.
std::vector<std::string> changes_of(const Wish& wish, const Contents& contents) {
  if (wish.split != Split::test) {
    throw Error(ErrorCode::usage,
                fmt::format("policies play episodes of the test, and there is no {} split of them",
                            split_name(wish.split)),
                "leave split out; seed=2 draws other episodes");
  }
  std::vector<std::string> changes;
  for (const auto& change : wish.changes) {
    if (!change.starts_with(of_all_heads)) {
      changes.push_back(change);
    } else if (contents.heads.empty()) {
      throw Error(ErrorCode::usage, "weights of policies cannot be damaged",
                  "what can be changed: seed=2, episodes=1000, lesion=NETWORK, task.ID.KEY=VALUE");
    }
  }
  if (wish.episodes.empty()) return changes;
  for (const auto& policy : contents.policies) {
    changes.push_back(fmt::format("policy.{}.train.test_episodes={}", policy, wish.episodes));
  }
  return changes;
}

/// A network that was cut off from its past begins at rest with every observation.
void cut(const std::vector<std::string>& networks, graph::Shapes& shapes) {
  std::vector<std::string> known;
  for (const auto& [policy, path] : shapes.policies) {
    for (const auto* network : path.networks) {
      const bool carries = shapes.networks.at(network->id).time.has_value();
      if (carries && std::find(known.begin(), known.end(), network->id) == known.end()) {
        known.push_back(network->id);
      }
    }
  }
  for (const auto& id : networks) {
    if (std::find(known.begin(), known.end(), id) == known.end()) {
      throw Error(ErrorCode::usage,
                  fmt::format("no policy has a network '{}' that carries a state", id),
                  known.empty() ? "a network in time carries one: steps, cells"
                                : "those that do: " + quoted_list(known));
    }
    shapes.networks.at(id).time.reset();
  }
}

Evaluation::HeadMeasured play(const config::Node& node, const train::Environment& environment) {
  const auto found = read_finished(environment.checkpoints / (node.id + ".safetensors"),
                                   fmt::format("policy '{}'", node.id));
  const graph::Stage stage{graph::Stage::Kind::own, found.stage, node.id, {}, "", found.key, ""};
  results::Results results;
  results.heads[node.id];
  node.kind->work({environment, stage, node, results});
  Evaluation::HeadMeasured measured;
  measured.more = std::move(results.heads.at(node.id));
  measured.score = {.accuracy = measured.more.test_accuracy,
                    .loss = measured.more.test_loss,
                    .collapsed = measured.more.collapsed};
  const auto& train = static_cast<const config::TableNode&>(node).sections.at("train");
  measured.episodes = std::get<std::int64_t>(train.at("test_episodes"));
  return measured;
}

}  // namespace

void require_no_wish_of_policies(const Wish& wish, const Contents& contents) {
  if (!contents.policies.empty() || (wish.episodes.empty() && wish.lesions.empty())) return;
  throw Error(ErrorCode::usage,
              fmt::format("'{}' is for policies, and the run has none",
                          wish.lesions.empty() ? "episodes" : "lesion"),
              "what heads are tested on: split=NAME, dataset.ID.test_limit=N");
}

void play_policies(const fs::path& folder, const Catalog& catalog, const Wish& wish, int threads,
                   const graph::StopRequest& stop, Evaluation& evaluation) {
  const fs::path whole = fs::absolute(folder);
  const auto contents = contents_of(whole);
  const auto spec = spec_of(whole, changes_of(wish, contents), catalog);
  graph::Shapes shapes;
  {
    const WorkingFolder there(results::read_run_origin(whole).cwd);  // for data sets of heads
    shapes = graph::check_shapes(spec);
  }
  cut(wish.lesions, shapes);
  SilentProgress progress;
  const train::Environment environment{spec, shapes,   threads,
                                       stop, progress, whole / "checkpoints"};
  for (const auto& policy : contents.policies) {
    try {
      evaluation.heads[policy] = play(*config::find_node(spec, policy), environment);
    } catch (const Error& e) {
      if (e.code() != ErrorCode::data || wish.changes.empty()) throw;
      throw Error(e.code(), e.message(),
                  "what was trained may not fit the changes: a task that shows another number of "
                  "cells, or takes another number of actions, needs a training of its own");
    }
  }
}

}  // namespace glia::apply
