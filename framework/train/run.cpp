// SPDX-License-Identifier: MIT
#include "train/run.hpp"

#include "core/log.hpp"
#include "train/describe.hpp"
#include "train/encoding.hpp"
#include "train/head_training.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

namespace glia::train {
namespace {

template <class NodeType>
const NodeType& node_of(const std::vector<NodeType>& nodes, const std::string& id) {
  return *std::find_if(nodes.begin(), nodes.end(), [&](const auto& n) { return n.id == id; });
}

/// What stages leave for later ones. The maps are filled with empty entries before the graph
/// starts, so that stages side by side only touch entries of their own.
class StageRunner {
 public:
  StageRunner(const Environment& environment, const std::vector<graph::Stage>& stages,
              Results& results)
      : env_(environment), results_(results) {
    for (const auto& stage : stages) {
      results_.stages[stage.name];
      switch (stage.kind) {
        case graph::Stage::Kind::load:
          data_[stage.node];
          break;
        case graph::Stage::Kind::train_encoder:
          results_.encoders[stage.node];
          break;
        case graph::Stage::Kind::encode:
          encoders_[stage.node];
          encoded_[stage.node];
          break;
        case graph::Stage::Kind::train_head:
          results_.heads[stage.node];
          break;
      }
    }
  }

  void run(const graph::Stage& stage) {
    env_.progress.stage_begins(stage.name);
    const auto start = std::chrono::steady_clock::now();
    bool reused = false;
    switch (stage.kind) {
      case graph::Stage::Kind::load:
        load(stage);
        break;
      case graph::Stage::Kind::train_encoder:
        reused = train_encoder_stage(stage);
        break;
      case graph::Stage::Kind::encode:
        encode_stage(stage);
        break;
      case graph::Stage::Kind::train_head:
        reused = train_head_stage(stage);
        break;
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    results_.stages.at(stage.name) = {spent.count(), reused};
    env_.progress.stage_ends(stage.name, spent.count(), reused);
  }

 private:
  void load(const graph::Stage& stage) {
    const auto& node = node_of(env_.spec.datasets, stage.node);
    LoadedData& data = data_.at(stage.node);
    data.id = node.id;
    data.spec = env_.shapes.datasets.at(node.id);
    data.dataset = node.use.plugin->descriptor->make_dataset(node.use.values);
    data.dataset->open();
    for (const Split split : {Split::train, Split::test}) {
      if (data.size(split) < 1) {
        throw Error(ErrorCode::data, std::string("the data set has no ") +
                                         (split == Split::train ? "training" : "test") +
                                         " samples");
      }
    }
  }

  BuiltEncoder& built(const config::EncoderNode& node) {
    BuiltEncoder& encoder = encoders_.at(node.id);
    if (!encoder.encoder) {
      encoder = build_encoder(env_, node, env_.shapes.datasets.at(node.input.id));
    }
    return encoder;
  }

  bool train_encoder_stage(const graph::Stage& stage) {
    const auto& node = node_of(env_.spec.encoders, stage.node);
    return train_encoder(env_, stage, node, data_.at(node.input.id), built(node),
                         results_.encoders.at(node.id));
  }

  void encode_stage(const graph::Stage& stage) {
    const auto& node = node_of(env_.spec.encoders, stage.node);
    encoded_.at(node.id) = encode(env_, node, data_.at(node.input.id), *built(node).encoder);
  }

  bool train_head_stage(const graph::Stage& stage) {
    const auto& node = node_of(env_.spec.heads, stage.node);
    const auto& encoder = *env_.shapes.heads.at(node.id).encoder;
    const SampleSpec& spec = env_.shapes.datasets.at(encoder.input.id);
    HeadResult& result = results_.heads.at(node.id);
    if (spec.classes > 0) result.chance = 1.0 / static_cast<double>(spec.classes);
    return train_head(env_, stage, node, encoded_.at(encoder.id), result);
  }

  const Environment& env_;
  Results& results_;
  std::map<std::string, LoadedData> data_;
  std::map<std::string, BuiltEncoder> encoders_;
  std::map<std::string, Encoded> encoded_;
};

}  // namespace

RunOutcome run_pipeline(const config::PipelineSpec& spec, const graph::Shapes& shapes,
                        const std::vector<graph::Stage>& stages, const RunOptions& options,
                        Progress& progress) {
  RunOutcome outcome;
  Results& results = outcome.results;
  results.pipeline = spec.name;
  results.seed = spec.seed;
  const Environment environment{spec,         shapes,   options.threads,
                                options.stop, progress, options.checkpoints};
  StageRunner runner(environment, stages, results);
  graph::GraphPlan plan;
  plan.noun = "stage";
  for (const graph::Stage& stage : stages) {
    plan.nodes.push_back({stage.name, "", stage.inputs, 0, false, [&](const graph::Message&) {
                            runner.run(stage);
                            return graph::Tensors{};
                          }});
  }
  try {
    graph::run_flow_graph(plan, {0, 1}, {options.threads, 1});
  } catch (const Error& e) {
    results.status = e.code() == ErrorCode::interrupted ? "interrupted" : "failed";
    results.error = e.what();
    outcome.failure = e;
    log().info("{}: {}", results.status, e.what());
  }
  return outcome;
}

}  // namespace glia::train
