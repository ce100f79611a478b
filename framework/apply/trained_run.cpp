// SPDX-License-Identifier: MIT
#include "apply/trained_run.hpp"

#include "apply/changes.hpp"
#include "apply/checkpoint_file.hpp"
#include "apply/contents.hpp"
#include "apply/same_data.hpp"
#include "apply/sample_sets.hpp"
#include "apply/silent_progress.hpp"
#include "apply/trained_samples.hpp"
#include "config/template.hpp"
#include "core/diagnostics.hpp"
#include "core/files.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"
#include "core/results_folder.hpp"
#include "core/text.hpp"
#include "core/text_file.hpp"
#include "train/description.hpp"
#include "train/load_data.hpp"
#include "train/same_columns.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace glia::apply {
namespace fs = std::filesystem;
namespace {

template <class NodeType>
const NodeType* find(const std::vector<NodeType>& nodes, const std::string& id) {
  const auto it =
      std::find_if(nodes.begin(), nodes.end(), [&](const auto& n) { return n.id == id; });
  return it == nodes.end() ? nullptr : &*it;
}

/// Cells that chance disturbs answer as they are.
void quieten(graph::Shapes& shapes) {
  for (auto& [id, layout] : shapes.networks) {
    for (auto& row : layout.rows) {
      if (!row.step.layer || row.step.layer->kind() != Layer::Kind::disturbance) continue;
      row.step.layer = nullptr;
      row.step.activation = wave::ActivationOp(FusedActivation::identity);
    }
  }
}

/// What is asked of all heads is asked of each.
std::vector<std::string> expanded(const fs::path& folder, const std::vector<std::string>& changes) {
  const auto of_all = [](const std::string& change) { return change.starts_with(of_all_heads); };
  if (std::none_of(changes.begin(), changes.end(), of_all)) return changes;
  const auto heads = contents_of(folder).heads;
  std::vector<std::string> all;
  for (const auto& change : changes) {
    if (!of_all(change)) all.push_back(change);
    for (const auto& head : heads) {
      if (of_all(change)) all.push_back(fmt::format("head.{}.{}", head, change));
    }
  }
  return all;
}

/// The pipeline of a resolved.toml with changes.
config::Pipeline load(const fs::path& folder, const std::string& resolved,
                      const std::vector<std::string>& changes, const Catalog& catalog) {
  const fs::path file = folder / "resolved.toml";
  config::Pipeline pipeline = config::PipelineTemplate(resolved, file.string(), changes, catalog,
                                                       config::PipelineTemplate::Lists::are_text)
                                  .make(std::vector<config::Setting>{});
  // Nothing is trained here, so nothing ends early: other data need no validation split.
  for (auto& node : pipeline.spec.encoders) node.train.patience = 0;
  for (auto& node : pipeline.spec.heads) node.train.patience = 0;
  for (auto& node : pipeline.spec.trainings) node.train.patience = 0;
  return pipeline;
}

train::LoadedData opened(const config::DatasetNode& node, const SampleSpec& spec) {
  train::LoadedData data{node.id, node.use.plugin->descriptor->make_dataset(node.use.values), spec};
  data.dataset->open();
  train::keep_for_validation(node, data);
  return data;
}

}  // namespace

fs::path find_run(const std::string& name) {
  if (const auto found = find_results_folder(name)) {
    if (found->kind == ResultsFolder::Kind::run) return found->path;
    throw Error(
        ErrorCode::usage, fmt::format("{} holds a sweep, and no run", found->path.string()),
        fmt::format("glia best {} gives the command that trains its best settings, and the "
                    "folders of trials whose networks the sweep keeps: keep = {{ best = 3 }}",
                    found->path.string()));
  }
  std::error_code ignored;
  if (fs::is_regular_file(name, ignored)) {
    throw Error(ErrorCode::usage, name + " is a file, and no folder of a run",
                "name the folder that glia run made");
  }
  throw Error(ErrorCode::usage,
              fs::is_directory(name, ignored)
                  ? name + " holds no run: it has no resolved.toml or no run.json"
                  : fmt::format("there is no run in {} or runs/{}", name, name),
              "name the folder that glia run made; glia ls lists them");
}

TrainedRun::TrainedRun(const fs::path& folder, const Catalog& catalog, Options options)
    : folder_(fs::absolute(folder)),
      origin_(results::read_run_origin(folder_)),
      options_(std::move(options)),
      resolved_(results::read_resolved(folder_)),
      pipeline_(load(folder_, resolved_, expanded(folder_, options_.changes), catalog)),
      progress_(std::make_unique<SilentProgress>()),
      environment_{pipeline_.spec, shapes_,    options_.threads,
                   options_.stop,  *progress_, folder_ / "checkpoints"} {
  if (spec().heads.empty()) {
    throw Error(ErrorCode::usage, folder.string() + " holds no head that was trained",
                "policies act in a task, and answer no samples: glia evaluate plays other episodes "
                "with them");
  }
  const auto of_data = [](const std::string& change) { return change.starts_with("dataset."); };
  if (std::any_of(options_.changes.begin(), options_.changes.end(), of_data)) {
    datasets_as_trained_ = load(folder_, resolved_, {}, catalog).spec.datasets;
  }
  for (const auto& node : pipeline_.spec.encoders) {
    const fs::path file = checkpoint_of(node.id);
    if (!fs::exists(file)) continue;
    const auto found = read_checkpoint(file, fmt::format("encoder '{}'", node.id));
    if (found.description.is_null()) continue;
    const auto& data = found.description.at("data");
    trained_on_[node.input().id] = train::read_sample(data);
    if (auto columns = train::read_columns(data)) columns_[node.input().id] = std::move(*columns);
  }
  const WorkingFolder there(origin_.cwd);  // for data sets whose form no checkpoint tells
  shapes_ = graph::check_shapes(pipeline_.spec, trained_on_);
  if (options_.chance == Chance::none) quieten(shapes_);
}

fs::path TrainedRun::checkpoint_of(const std::string& node) const {
  return folder_ / "checkpoints" / (node + ".safetensors");
}

const graph::Path& TrainedRun::path(const config::HeadNode& head) const {
  return shapes_.heads.at(head.id);
}

const SampleSpec& TrainedRun::data_spec(const config::HeadNode& head) const {
  return shapes_.datasets.at(path(head).dataset->id);
}

const TableColumns* TrainedRun::columns(const config::HeadNode& head) const {
  const auto found = columns_.find(path(head).dataset->id);
  return found == columns_.end() ? nullptr : &found->second;
}

const config::HeadNode& TrainedRun::head(const std::string& id) const {
  const auto& heads = spec().heads;
  std::vector<std::string> known;
  for (const auto& head : heads) known.push_back(head.id);
  if (id.empty()) {
    if (heads.size() == 1) return heads.front();
    throw Error(ErrorCode::usage, "the run has several heads: " + quoted_list(known),
                "choose one: --head " + known.front());
  }
  if (const auto* head = find(heads, id)) return *head;
  const std::string guess = did_you_mean(id, known);
  throw Error(ErrorCode::usage, fmt::format("the run has no head '{}'", id),
              guess.empty() ? "it has " + quoted_list(known) : guess);
}

void TrainedRun::tell_if_trained_on(const train::LoadedData& measured, Split split) const {
  const auto* now = find(spec().datasets, measured.id);
  const auto* then = find(datasets_as_trained_, measured.id);
  if (!then || now->use.values == then->use.values) return;
  const WorkingFolder there(origin_.cwd);
  try {
    apply::tell_if_trained_on(measured, opened(*then, measured.spec), split);
  } catch (const Error&) {  // they are not there any more: nobody can know
  }
}

train::LoadedData TrainedRun::open_data(const std::string& dataset, Split split) const {
  const auto* node = find(spec().datasets, dataset);
  if (!node) throw Error(ErrorCode::internal, fmt::format("there is no data set '{}'", dataset));
  const SampleSpec& trained = shapes_.datasets.at(dataset);
  train::LoadedData data{dataset, nullptr, trained};
  {
    const bool from_here = seen_from_here(dataset, options_.changes);
    const WorkingFolder there(from_here ? std::string() : origin_.cwd);
    try {
      data.dataset = node->use.plugin->descriptor->make_dataset(node->use.values);
      require_same_samples(dataset, data.dataset->spec(), trained);
      const auto columns = columns_.find(dataset);
      if (columns != columns_.end()) {
        train::require_same_columns(dataset, *data.dataset, columns->second, "the run was trained");
      }
      tell_if_changed(*node, folder_, options_.changes);
      const auto* then = find(datasets_as_trained_, dataset);
      if (then && split != Split::test) require_same_split(*node, *then, folder_);
      data.dataset->open();
    } catch (const Error& e) {
      throw where_now(e, *node);
    }
  }
  train::keep_for_validation(*node, data);
  if (split == Split::validation && data.validation.empty()) {
    throw Error(
        ErrorCode::usage,
        fmt::format(
            "data set '{}' keeps no samples for validation: the run was trained on all of them",
            dataset),
        fmt::format(
            "train with `validation = 0.1` in [dataset.{}]; what is there: split=test, split=train",
            dataset));
  }
  if (split != Split::train) data.train.clear();
  if (split == Split::test) data.validation.clear();
  const Split part = split == Split::test ? Split::test : Split::train;
  data.dataset = std::make_shared<OneSplit>(std::move(data.dataset), part);
  if (data.size(split) > 0) {
    tell_if_trained_on(data, split);
    return data;
  }
  throw Error(ErrorCode::data, fmt::format("data set '{}' has no samples in its {} split", dataset,
                                           split_name(split)));
}

train::BuiltEncoder TrainedRun::encoder(const config::EncoderNode& node) const {
  const SampleSpec& data = shapes_.datasets.at(node.input().id);
  const fs::path file = checkpoint_of(node.id);
  config::EncoderNode trained = node;
  if (fs::exists(file)) {
    read_finished(file, fmt::format("encoder '{}'", node.id));
    trained.weights = file.string();
  } else if (node.weights.empty()) {
    const auto plain = node.use.plugin->descriptor->make_encoder(node.use.values);
    if (plain->trainable() || plain->fitted())
      read_finished(file, fmt::format("encoder '{}'", node.id));
  }
  const WorkingFolder there(origin_.cwd);  // a run of before leaves `weights` where they were
  return train::build_encoder(trained, data);
}

train::Encoded TrainedRun::encode(const config::EncoderNode& node, const train::LoadedData& data,
                                  const Encoder& encoder, Split split) const {
  train::Encoded encoded = train::encode(environment_, node, data, encoder);
  encoded.of(split).sample = options_.chance == Chance::as_tested &&
                             (split == Split::train ? node.latent : node.tested_on()) == "sample";
  // A head is laid out over training and test samples: where there are none, any will do.
  const train::EncodedSplit part = encoded.of(split);
  if (split != Split::train) encoded.train = part;
  if (split != Split::test) encoded.test = part;
  return encoded;
}

std::unique_ptr<RestoredHead> TrainedRun::restore(const config::HeadNode& head,
                                                  train::Encoded latents, Split split) const {
  const auto* training = find(spec().trainings, head.training);
  const std::string id = training ? training->id : head.id;
  const auto found =
      read_finished(checkpoint_of(id), fmt::format("{} '{}'", training ? "training" : "head", id));
  auto restored = std::make_unique<RestoredHead>(
      RestoredHead{head,
                   split,
                   {training ? graph::Stage::Kind::train_heads : graph::Stage::Kind::train_head,
                    found.stage,
                    id,
                    {},
                    "",
                    found.key,
                    ""},
                   std::move(latents)});
  auto plan = training ? train::HeadPlan::of(environment_, *training)
                       : train::HeadPlan::of(environment_, head);
  restored->run = std::make_unique<train::HeadRun>(environment_, restored->stage, std::move(plan),
                                                   restored->latents, nullptr);
  if (!found.description.is_null()) {
    const auto now = restored->run->description().at(train::description_key);
    require_same_networks(head_in(found.description, head.id),
                          head_in(read_ordered_json(now), head.id));
  }
  restored->run->restore();
  return restored;
}

}  // namespace glia::apply
