// SPDX-License-Identifier: MIT
#include "apply/checkpoint_file.hpp"

#include "apply/planned.hpp"
#include "core/json_text.hpp"
#include "train/calculation.hpp"
#include "train/description.hpp"
#include "train/safetensors.hpp"
#include "train/tensor_digest.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <exception>

namespace glia::apply {
namespace {

using nlohmann::ordered_json;

std::string go_on(const std::filesystem::path& file) {
  return "go on with the run: glia resume " + file.parent_path().parent_path().string();
}

/// What does not have to be as it was: chance, and weights that nothing was trained of.
bool may_differ(const ordered_json& step) {
  return train::is_disturbance(step) || step.contains("fixed");
}

std::string name_of(const ordered_json& step) { return step.value("step", "?"); }

}  // namespace

CheckpointFile read_checkpoint(const std::filesystem::path& file, const std::string& node) {
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorCode::data,
                fmt::format("{} has not been trained: there is no {}", node, file.string()),
                go_on(file));
  }
  const auto stored = train::map_safetensors(file);
  train::check_digest(stored, file, train::Digest::required, "train again into a new folder");
  const auto& metadata = stored.metadata;
  try {
    CheckpointFile found;
    found.stage = metadata.at("stage");
    found.key = metadata.at("key");
    found.complete = read_ordered_json(metadata.at("state")).at("complete").get<bool>();
    const auto description = metadata.find(train::description_key);
    if (description != metadata.end()) found.description = read_ordered_json(description->second);
    return found;
  } catch (const std::exception&) {
    throw Error(ErrorCode::data, file.string() + " is no checkpoint, or a damaged one",
                "train again into a new folder");
  }
}

CheckpointFile read_finished(const std::filesystem::path& file, const std::string& node) {
  CheckpointFile found = read_checkpoint(file, node);
  const auto run = file.parent_path().parent_path();
  const auto planned = planned_stage(run, found.stage);
  if (planned && planned->key != found.key) {
    throw Error(
        ErrorCode::data,
        fmt::format("{} is of another run: it was trained from other settings, data or seed "
                    "than plan.json says",
                    file.string()),
        "put back the file that this run has left; to look at the other one, name its run");
  }
  if (found.complete) return found;
  throw Error(ErrorCode::data, node + " has not been trained to its end", go_on(file));
}

const ordered_json& head_in(const ordered_json& description, const std::string& head) {
  return description.contains("heads") ? description.at("heads").at(head) : description;
}

void require_same_networks(const ordered_json& trained, const ordered_json& now) {
  const auto fail = [](const std::string& network, const std::string& what) {
    throw Error(ErrorCode::usage,
                fmt::format("network '{}' is not the one that was trained: {}", network, what),
                "leave its settings as they were, and name the folder of the plugins that it was "
                "trained with: --plugin-path DIR; noise, drop and fixed weights may change");
  };
  const auto &before = trained.at("networks"), &after = now.at("networks");
  if (before.size() != after.size()) fail(now.value("node", "?"), "its path has other networks");
  for (std::size_t n = 0; n < before.size(); ++n) {
    const std::string id = before[n].value("id", "?");
    const auto &old_steps = before[n].at("steps"), &new_steps = after[n].at("steps");
    if (old_steps.size() != new_steps.size()) {
      fail(id, fmt::format("it has {} steps, and had {}", new_steps.size(), old_steps.size()));
    }
    for (std::size_t i = 0; i < old_steps.size(); ++i) {
      if (may_differ(old_steps[i]) || old_steps[i] == new_steps[i]) continue;
      fail(id,
           fmt::format(
               "step {} is '{}' with {} cells, and was '{}' with {}{}", i, name_of(new_steps[i]),
               new_steps[i].value("out", 0), name_of(old_steps[i]), old_steps[i].value("out", 0),
               name_of(new_steps[i]) == name_of(old_steps[i]) ? ", heard differently" : ""));
    }
  }
}

}  // namespace glia::apply
