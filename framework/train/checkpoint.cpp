// SPDX-License-Identifier: MIT
#include "train/checkpoint.hpp"

#include "core/json_text.hpp"
#include "core/json_trouble.hpp"
#include "core/json_whole.hpp"
#include "train/safetensors.hpp"
#include "train/tensor_digest.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

namespace glia::train {
namespace {

using nlohmann::json;

const std::string kept_prefix = "kept.";

json curve_json(const std::vector<results::CurvePoint>& curve, bool complete) {
  json all = json::array();  // an encoder has no test: its NaNs become null
  for (const auto& p : curve) {
    // Of a stage that is done nothing is kept but numbers: equal runs leave equal files.
    const double seconds = complete ? results::unknown : p.seconds;
    all.push_back({p.epoch, p.train_loss, p.test_accuracy, p.test_loss, seconds,
                   p.validation_accuracy, p.validation_loss});
  }
  return all;
}

json rows_json(const std::vector<results::RowEpoch>& rows) {
  json all = json::array();
  for (const auto& r : rows) all.push_back({r.epoch, r.signal, r.gradient});
  return all;
}

std::string text_of(const TrainingState& state) {
  json all{{"complete", state.complete},   {"epoch", state.epoch},
           {"batch", state.batch},         {"loss_sum", state.loss_sum},
           {"collapsed", state.collapsed}, {"curve", curve_json(state.curve, state.complete)},
           {"rows", rows_json(state.rows)}};
  if (const KeptEpoch& kept = state.kept; std::isfinite(kept.loss)) {
    all["kept"] = {{"epoch", kept.epoch}, {"loss", kept.loss}, {"collapsed", kept.collapsed}};
  }
  for (const HeadState& head : state.heads) {
    all["heads"].push_back({{"head", head.head},
                            {"loss_sum", head.loss_sum},
                            {"collapsed", head.collapsed},
                            {"curve", curve_json(head.curve, state.complete)},
                            {"rows", rows_json(head.rows)}});
  }
  return json_text(all);
}

double number(const json& j) { return j.is_null() ? results::unknown : j.get<double>(); }

std::vector<results::CurvePoint> curve_of(const json& j) {
  std::vector<results::CurvePoint> curve;
  for (const auto& p : j) {
    curve.push_back({.epoch = json_whole<std::int64_t>(p.at(0), 0),
                     .train_loss = number(p.at(1)),
                     .test_accuracy = number(p.at(2)),
                     .test_loss = number(p.at(3)),
                     .seconds = number(p.at(4)),
                     .validation_accuracy = p.size() > 5 ? number(p.at(5)) : results::unknown,
                     .validation_loss = p.size() > 6 ? number(p.at(6)) : results::unknown});
  }
  return curve;
}

std::vector<results::RowEpoch> rows_of(const json& j) {
  std::vector<results::RowEpoch> rows;
  for (const auto& r : j) {
    rows.push_back({json_whole<std::int64_t>(r.at(0), 0), r.at(1).get<std::vector<double>>(),
                    r.at(2).get<std::vector<double>>()});
  }
  return rows;
}

TrainingState from_text(const std::string& text) {
  const json j = read_json(text);
  TrainingState state;
  state.complete = j.at("complete").get<bool>();
  state.epoch = json_whole<std::int64_t>(j.at("epoch"), 0);
  state.batch = json_whole<std::uint64_t>(j.at("batch"));
  state.loss_sum = j.at("loss_sum").get<double>();
  state.collapsed = j.at("collapsed").get<bool>();
  state.curve = curve_of(j.at("curve"));
  state.rows = rows_of(j.at("rows"));
  if (j.contains("kept")) {
    const json& kept = j.at("kept");
    state.kept = {.epoch = json_whole<std::int64_t>(kept.at("epoch"), 0),
                  .loss = kept.at("loss").get<double>(),
                  .collapsed = kept.at("collapsed").get<std::vector<bool>>()};
  }
  for (const auto& h : j.value("heads", json::array())) {
    state.heads.push_back({.head = h.at("head").get<std::string>(),
                           .loss_sum = h.at("loss_sum").get<double>(),
                           .collapsed = h.at("collapsed").get<bool>(),
                           .curve = curve_of(h.at("curve")),
                           .rows = rows_of(h.at("rows"))});
  }
  return state;
}

/// Calls visit("optimizer.first.NAME", part) for what an optimizer keeps of each parameter.
template <class Visit>
void each_state(const ParameterSet& parameters, const Optimizer& optimizer, Visit visit) {
  for (const auto& [state, flat] : optimizer.state()) {
    std::int64_t place = 0;
    for (const auto& [name, tensor] : parameters.all()) {
      visit(fmt::format("optimizer.{}.{}", state, name),
            flat.narrow(0, place, tensor.numel()).view(tensor.sizes()));
      place += tensor.numel();
    }
  }
}

/// "latent/train" -> "latent.safetensors".
std::string file_name(const graph::Stage& stage) { return stage.node + ".safetensors"; }

}  // namespace

Checkpoint::Checkpoint(const std::filesystem::path& folder, const graph::Stage& stage)
    : path_(folder / file_name(stage)), stage_(stage.name), key_(stage.key) {}

bool Checkpoint::load(const ParameterSet& parameters, Optimizer& optimizer,
                      TrainingState& state) const {
  if (!std::filesystem::exists(path_)) return false;
  const SafetensorsFile file = load_safetensors(path_);
  if (const auto it = file.metadata.find("key"); it == file.metadata.end() || it->second != key_) {
    throw Error(ErrorCode::configuration, path_.string() + " belongs to a run with other settings",
                "run into a new folder, or give the settings that this run was started with");
  }
  check_digest(file, path_, Digest::required);
  std::map<std::string, at::Tensor> stored(file.tensors.begin(), file.tensors.end());
  at::NoGradGuard no_grad;
  const auto restore = [&](const std::string& name, const at::Tensor& target) {
    const auto it = stored.find(name);
    if (it == stored.end() || it->second.sizes() != target.sizes() ||
        it->second.scalar_type() != target.scalar_type()) {
      throw Error(ErrorCode::data, fmt::format("{}: tensor '{}' is missing or has another shape",
                                               path_.string(), name));
    }
    target.copy_(it->second);
  };
  try {
    state = from_text(file.metadata.at("state"));
  } catch (const std::exception& e) {
    const auto* of_json = dynamic_cast<const json::exception*>(&e);
    throw Error(ErrorCode::data, fmt::format("{}: damaged training state: {}", path_.string(),
                                             of_json ? json_trouble(*of_json) : e.what()));
  }
  for (const auto& [name, tensor] : parameters.saved()) restore(name, tensor);
  if (state.complete) return true;
  at::Tensor steps = at::zeros({1}, at::kLong);
  restore("optimizer.steps", steps);
  optimizer.steps = steps.item<std::int64_t>();
  each_state(parameters, optimizer, restore);
  if (std::isfinite(state.kept.loss)) {
    for (const auto& [name, tensor] : parameters.saved()) {
      state.kept.tensors.emplace_back(name, at::empty_like(tensor.detach()));
      restore(kept_prefix + name, state.kept.tensors.back().second);
    }
  }
  return true;
}

bool Checkpoint::complete() const {
  if (!std::filesystem::exists(path_)) return false;
  const auto metadata = map_safetensors(path_).metadata;
  try {
    return from_text(metadata.at("state")).complete;
  } catch (const std::exception&) {  // `load` says what is wrong with it
    return false;
  }
}

bool Checkpoint::remove() const { return std::filesystem::remove(path_); }

void Checkpoint::save(const ParameterSet& parameters, const Optimizer& optimizer,
                      const TrainingState& state) const {
  NamedTensors tensors;
  for (const auto& [name, tensor] : parameters.saved()) {
    tensors.emplace_back(name, tensor.detach());
  }
  if (!state.complete) {
    tensors.emplace_back("optimizer.steps", at::full({1}, optimizer.steps, at::kLong));
    each_state(parameters, optimizer, [&](const std::string& name, const at::Tensor& tensor) {
      tensors.emplace_back(name, tensor);
    });
    for (const auto& [name, tensor] : state.kept.tensors) {
      tensors.emplace_back(kept_prefix + name, tensor);
    }
  }
  std::error_code ignored;  // writing the file tells
  std::filesystem::create_directories(path_.parent_path(), ignored);
  std::map<std::string, std::string> metadata{
      {"format", "glia-checkpoint/1"}, {"stage", stage_}, {"key", key_}, {"state", text_of(state)}};
  if (state.complete && description_) metadata.merge(description_());
  metadata[digest_key] = digest_of(tensors, metadata);
  save_safetensors(path_, tensors, metadata);
}

}  // namespace glia::train
