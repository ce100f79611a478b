// SPDX-License-Identifier: MIT
// What a run does at each of its stages; of run.cpp alone.
#pragma once

#include "config/node_kind.hpp"
#include "core/log.hpp"
#include "graph/data_identity.hpp"
#include "train/checkpoint.hpp"
#include "train/data_check.hpp"
#include "train/describe.hpp"
#include "train/description.hpp"
#include "train/empty_classes.hpp"
#include "train/encoder_fit.hpp"
#include "train/encoder_training.hpp"
#include "train/encoding.hpp"
#include "train/head_run.hpp"
#include "train/joint.hpp"
#include "train/latents.hpp"
#include "train/load_data.hpp"
#include "train/overlap.hpp"
#include "train/run.hpp"
#include "train/stage_work.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace glia::train {

template <class NodeType>
const NodeType& node_of(const std::vector<NodeType>& nodes, const std::string& id) {
  return *std::find_if(nodes.begin(), nodes.end(), [&](const auto& n) { return n.id == id; });
}

/// Makes `to` a file with the content of `from`: by a link where the file system can.
inline void link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::create_directories(to.parent_path(), error);
  std::filesystem::create_hard_link(from, to, error);
  if (!error) return;
  std::filesystem::copy_file(from, to, error);
  if (error) {
    throw Error(ErrorCode::io, "cannot write " + to.string() + ": " + error.message());
  }
}

/// What stages leave for later ones. The maps are filled with empty entries before the graph
/// starts, so that stages side by side only touch entries of their own.
class StageRunner {
 public:
  StageRunner(const Environment& environment, const std::vector<graph::Stage>& stages,
              const RunOptions& options, results::Results& results)
      : env_(environment), stages_(stages), options_(options), results_(results) {
    for (const auto& stage : stages) {
      results_.stages[stage.name];
      switch (stage.kind) {
        case graph::Stage::Kind::load:
          data_[stage.node];
          break;
        case graph::Stage::Kind::train_encoder:
          results_.encoders[stage.node];
          break;
        case graph::Stage::Kind::train_jointly:
          results_.encoders[stage.node];
          [[fallthrough]];
        case graph::Stage::Kind::encode:
          encoders_[stage.node];
          encoded_[stage.node];
          break;
        case graph::Stage::Kind::train_head:
        case graph::Stage::Kind::train_heads:
          for (const auto* head : plan_of(stage).heads) {
            results_.heads[head->id];
            heads_[head->id];
          }
          break;
        case graph::Stage::Kind::damage:
          break;
        case graph::Stage::Kind::own:
          if (config::find_node(env_.spec, stage.node)->kind->measured) results_.heads[stage.node];
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
        if (!options_.heads_only) data(stage.node);
        break;
      case graph::Stage::Kind::train_encoder:
        reused = train_encoder_stage(stage);
        break;
      case graph::Stage::Kind::encode:
        reused = encode_stage(stage);
        break;
      case graph::Stage::Kind::train_jointly:
        reused = train_jointly_stage(stage);
        break;
      case graph::Stage::Kind::train_head:
      case graph::Stage::Kind::train_heads:
        reused = train_heads_stage(stage);
        break;
      case graph::Stage::Kind::damage:
        heads_.at(stage.node)
            ->run->damage(node_of(env_.spec.heads, stage.node), results_.heads.at(stage.node));
        heads_.at(stage.node).reset();
        break;
      case graph::Stage::Kind::own:
        reused = own_stage(stage);
        break;
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    results_.stages.at(stage.name) = {spent.count(), reused};
    env_.progress.stage_ends(stage.name, spent.count(), reused);
  }

  /// Removes what only the run itself needed.
  void tidy_up() const {
    for (const auto& node : env_.spec.encoders) {
      std::error_code ignored;
      if (node.joint()) std::filesystem::remove(epochs_file(env_, node), ignored);
    }
  }

 private:
  /// A data set, opened when it is first asked for.
  struct Data {
    std::mutex mutex;
    std::optional<LoadedData> loaded;
  };

  /// A head and what it stands on, kept until nothing is left to be done with it.
  struct HeadWork {
    Environment environment;
    Encoded latents;
    std::optional<EpochLatents> epochs;  ///< of an encoder that is trained jointly
    std::optional<AugmentedCode> augmented;
    std::unique_ptr<HeadRun> run;
  };

  const LoadedData& data(const std::string& id) {
    Data& entry = data_.at(id);
    const std::lock_guard lock(entry.mutex);
    if (entry.loaded) return *entry.loaded;
    const auto& node = node_of(env_.spec.datasets, id);
    entry.loaded = load_data(node, env_.shapes.datasets.at(id));
    return *entry.loaded;
  }

  BuiltEncoder& built(const config::EncoderNode& node) {
    BuiltEncoder& encoder = encoders_.at(node.id);
    if (!encoder.encoder) {
      encoder = build_encoder(node, env_.shapes.datasets.at(node.input().id));
    }
    return encoder;
  }

  /// Whether heads encode training samples anew, so that they need data and encoder.
  bool encodes_anew(const config::EncoderNode& node) const {
    return !node.joint() && !node_of(env_.spec.datasets, node.input().id).augment.empty();
  }

  /// Whether the latents that this encoder's training is for are there already, and enough.
  bool latents_known(const graph::Stage& training) {
    if (encodes_anew(node_of(env_.spec.encoders, training.node))) return false;
    const auto encoding = std::find_if(stages_.begin(), stages_.end(), [&](const auto& s) {
      return s.kind == graph::Stage::Kind::encode && s.node == training.node;
    });
    return options_.cache && options_.heads_only && encoding != stages_.end() &&
           options_.cache->find_latents(*encoding,
                                        form_of(node_of(env_.spec.encoders, training.node)),
                                        encoded_.at(training.node));
  }

  bool train_encoder_stage(const graph::Stage& stage) {
    if (latents_known(stage)) return true;
    const auto& node = node_of(env_.spec.encoders, stage.node);
    const auto train = [&](const Environment& environment) {
      const BuiltEncoder& encoder = built(node);
      return encoder.encoder->trainable()
                 ? train_encoder(environment, stage, node, data(node.input().id), encoder,
                                 results_.encoders.at(node.id))
                 : fit_encoder(environment, described(environment, stage, node), node,
                               data(node.input().id), encoder);
    };
    const std::string name = node.id + ".safetensors";
    const auto own = env_.checkpoints / name;
    if (!options_.cache || std::filesystem::exists(own)) {
      const bool reused = train(env_);
      if (!reused) require_unchanged(node.input().id);
      return reused;
    }
    const auto got = options_.cache->get_or_make(
        stage,
        [&](const auto& file, const auto& work) {
          // An encoder half trained belongs to whoever goes on with it, not to this run.
          Environment elsewhere{env_.spec, env_.shapes,   env_.threads,
                                env_.stop, env_.progress, work};
          train(elsewhere);
          require_unchanged(node.input().id);
          link_or_copy(work / name, file);
        },
        env_.stop);
    link_or_copy(got.file, own);
    return got.made ? false : train(env_);
  }

  LatentForm form_of(const config::EncoderNode& node) const {
    return {env_.shapes.datasets.at(node.input().id), env_.shapes.rows.at(node.id).cells(),
            node.joint()};
  }

  /// Before a result is used or goes into the cache: that it belongs to the data that its key names.
  void require_unchanged(const std::string& dataset) const {
    const auto load = std::find_if(stages_.begin(), stages_.end(), [&](const graph::Stage& stage) {
      return stage.kind == graph::Stage::Kind::load && stage.node == dataset;
    });
    graph::require_unchanged(node_of(env_.spec.datasets, dataset), load->identity);
  }

  /// The encoder of a run stands in its folder, also one that nothing was trained of: a projection,
  /// or one whose weights come from elsewhere.
  void leave_untrained(const graph::Stage& stage, const config::EncoderNode& node) {
    if (std::filesystem::exists(env_.checkpoints / (node.id + ".safetensors"))) return;
    leave_encoder(described(env_, stage, node), node, *built(node).parameters, {});
  }

  /// The checkpoint of an encoder that says of itself what it is.
  Checkpoint described(const Environment& environment, const graph::Stage& stage,
                       const config::EncoderNode& node) {
    Checkpoint checkpoint(environment.checkpoints, stage);
    checkpoint.describe(
        [this, &node] { return describe_encoder(env_, node, *built(node).encoder); });
    return checkpoint;
  }

  bool encode_stage(const graph::Stage& stage) {
    const auto& node = node_of(env_.spec.encoders, stage.node);
    Encoded& encoded = encoded_.at(node.id);
    if (encodes_anew(node)) built(node);  // before heads side by side ask for it
    if (encoded.train.mean.defined()) return true;
    const bool reused = encode_data(stage, node, encoded);
    warn_of_empty_classes(encoded, node.input().id, env_.shapes.datasets.at(node.input().id));
    warn_of_overlap(encoded, node.input().id);
    if (!options_.heads_only) leave_untrained(stage, node);
    return reused;
  }

  bool encode_data(const graph::Stage& stage, const config::EncoderNode& node, Encoded& encoded) {
    const auto make = [&] {
      return encode(env_, node, data(node.input().id), *built(node).encoder);
    };
    if (options_.cache) {
      const auto save = [&](const auto& file, const auto&) {
        const Encoded made = make();
        require_unchanged(node.input().id);
        save_latents(file, made);
      };
      return options_.cache->latents(stage, form_of(node), encoded, save, env_.stop);
    }
    encoded = make();
    require_unchanged(node.input().id);
    return false;
  }

  bool train_jointly_stage(const graph::Stage& stage) {
    const bool reused = train_jointly_or_reuse(stage);
    const auto& node = node_of(env_.spec.encoders, stage.node);
    warn_of_empty_classes(encoded_.at(node.id), node.input().id,
                          env_.shapes.datasets.at(node.input().id));
    return reused;
  }

  bool train_jointly_or_reuse(const graph::Stage& stage) {
    const auto& node = node_of(env_.spec.encoders, stage.node);
    Encoded& encoded = encoded_.at(node.id);
    results::EncoderResult& result = results_.encoders.at(node.id);
    const Checkpoint own(env_.checkpoints, stage);
    const auto train = [&](const Environment& environment) {
      return train_jointly(environment, stage, node, data(node.input().id), built(node), result);
    };
    if (options_.cache) {
      const auto make = [&](const auto& file, const auto& work) {
        const auto made =
            train({env_.spec, env_.shapes, env_.threads, env_.stop, env_.progress, work});
        require_unchanged(node.input().id);
        link_or_copy(made, file);
      };
      const bool reused = options_.cache->latents(stage, form_of(node), encoded, make, env_.stop);
      result = losses_of(encoded);
      if (!options_.heads_only) {
        leave_encoder(described(env_, stage, node), node, *built(node).parameters, encoded);
      }
      return reused;
    }
    const bool reused = own.complete();
    if (reused && followed_to_the_end(node)) {
      train_encoder(env_, stage, node, data(node.input().id), built(node), result);
      encoded = last_epoch(env_, node, data(node.input().id), *built(node).encoder);
    } else {
      encoded = map_latents(train(env_));
      require_unchanged(node.input().id);
    }
    return reused;
  }

  static bool trains_heads(const graph::Stage& stage) {
    return stage.kind == graph::Stage::Kind::train_head ||
           stage.kind == graph::Stage::Kind::train_heads;
  }

  /// What such a stage trains.
  HeadPlan plan_of(const graph::Stage& stage) const {
    return stage.kind == graph::Stage::Kind::train_head
               ? HeadPlan::of(env_, node_of(env_.spec.heads, stage.node))
               : HeadPlan::of(env_, node_of(env_.spec.trainings, stage.node));
  }

  /// Whether no head needs what a jointly trained encoder was before its end.
  bool followed_to_the_end(const config::EncoderNode& node) const {
    return std::all_of(stages_.begin(), stages_.end(), [&](const graph::Stage& stage) {
      return !trains_heads(stage) || plan_of(stage).nodes.encoder != &node ||
             Checkpoint(env_.checkpoints, stage).complete();
    });
  }

  bool own_stage(const graph::Stage& stage) {
    const config::Node& node = *config::find_node(env_.spec, stage.node);
    if (!node.kind->work) {
      throw Error(ErrorCode::internal, "nobody knows how to do the work of " + stage.name);
    }
    return node.kind->work(
        {.environment = env_, .stage = stage, .node = node, .results = results_});
  }

  bool train_heads_stage(const graph::Stage& stage) {
    HeadPlan plan = plan_of(stage);
    const auto& encoder = *plan.nodes.encoder;
    const SampleSpec& spec = env_.shapes.datasets.at(encoder.input().id);
    for (const auto* head : plan.heads) {
      if (spec.classes == 0) continue;
      results_.heads.at(head->id).chance = 1.0 / static_cast<double>(spec.classes);
    }
    auto work = std::make_shared<HeadWork>(HeadWork{env_, encoded_.at(encoder.id), {}, {}, {}});
    work->environment.checkpoints_at = options_.checkpoints_at;
    work->latents.train.sample = encoder.latent == "sample";
    work->latents.test.sample = encoder.tested_on() == "sample";
    work->latents.validation.sample = work->latents.test.sample;
    if (encoder.joint()) work->epochs.emplace(work->latents);
    if (encodes_anew(encoder)) {
      work->augmented.emplace(work->environment, encoder, data(encoder.input().id),
                              *built(encoder).encoder);
    }
    const auto heads = plan.heads;
    work->run = std::make_unique<HeadRun>(work->environment, stage, std::move(plan),
                                          work->epochs ? work->epochs->latents() : work->latents,
                                          work->epochs ? &*work->epochs : nullptr,
                                          work->augmented ? &*work->augmented : nullptr);
    const bool reused = work->run->train(results_.heads);
    for (const auto* head : heads) {
      if (!head->damage.empty()) heads_.at(head->id) = work;
    }
    return reused;
  }

  const Environment& env_;
  const std::vector<graph::Stage>& stages_;
  const RunOptions& options_;
  results::Results& results_;
  std::map<std::string, Data> data_;
  std::map<std::string, BuiltEncoder> encoders_;
  std::map<std::string, Encoded> encoded_;
  std::map<std::string, std::shared_ptr<HeadWork>> heads_;  // that are to be damaged
};

}  // namespace glia::train
