// SPDX-License-Identifier: MIT
#include "train/checkpoint.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "temp_folder.hpp"
#include "train/safetensors.hpp"
#include "train/tensor_digest.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <memory>

using namespace glia;
using train::Checkpoint;
using train::TrainingState;

namespace {

/// Two parameters and a buffer, and the optimizer of both parameters.
struct TwoTensors {
  explicit TwoTensors(float start) {
    weight = parameters.add("weight", {2, 3}, Init::constant(start));
    bias = parameters.add("bias", {3}, Init::constant(2 * start));
    mean = parameters.add_buffer("mean", {2}, Init::constant(3 * start));
    optimizer = train::make_optimizer({.optimizer = "adam"}, flat());
  }

  at::Tensor flat() const { return at::cat({weight.flatten(), bias}).detach(); }
  /// A step with a gradient of these sizes, from where the parameters are.
  at::Tensor stepped() {
    const at::Tensor to = flat();
    optimizer->step(0.1, at::arange(9, at::kFloat) - 4, to);
    return to;
  }
  void set(const at::Tensor& to) {
    at::NoGradGuard no_grad;
    weight.copy_(to.narrow(0, 0, 6).view({2, 3}));
    bias.copy_(to.narrow(0, 6, 3));
  }

  ParameterSet parameters{1, "test", at::kFloat};
  at::Tensor weight, bias, mean;
  std::unique_ptr<train::Optimizer> optimizer;
};

graph::Stage head_stage(const std::string& key = "k1") {
  return {graph::Stage::Kind::train_head, "digit/train", "digit", {}, "", key, ""};
}

/// Two epochs and a half, with an epoch that is kept and a head beside the others.
TrainingState under_way(const TwoTensors& trained) {
  TrainingState state;
  state.epoch = 2;
  state.batch = 5;
  state.loss_sum = 12.25;
  state.collapsed = true;
  state.curve = {{1, 2.5, 0.25, 2.0, 0.5}, {2, 1.5, results::unknown, 1.0, 0.75}};
  state.rows = {{1, {0.5, 1}, {2, 4}}};
  state.heads = {{.head = "other", .loss_sum = 3, .curve = {{1, 2, 0.5, 1, 0.1}}}};
  state.kept = {.epoch = 1, .loss = 0.5, .collapsed = {false, true}};
  for (const auto& [name, tensor] : trained.parameters.saved()) {
    state.kept.tensors.emplace_back(name, tensor.detach() + 7);
  }
  return state;
}

std::string refusal(const Checkpoint& file, TwoTensors& into, ErrorCode code) {
  TrainingState state;
  try {
    file.load(into.parameters, *into.optimizer, state);
  } catch (const Error& e) {
    CHECK(e.code() == code);
    return e.message();
  }
  return "";
}

}  // namespace

TEST_CASE("a training that was cut off goes on from its checkpoint as if nothing had happened") {
  const TempFolder folder;
  const Checkpoint file(folder / "checkpoints", head_stage());
  TwoTensors first(0.5f), second(9);
  TrainingState found;
  CHECK_FALSE(file.load(second.parameters, *second.optimizer, found));
  CHECK_FALSE(file.complete());
  CHECK_FALSE(file.remove());

  first.set(first.stepped());
  const TrainingState state = under_way(first);
  file.save(first.parameters, *first.optimizer, state);
  CHECK_FALSE(file.complete());
  REQUIRE(file.load(second.parameters, *second.optimizer, found));
  CHECK(second.weight.equal(first.weight));
  CHECK(second.bias.equal(first.bias));
  CHECK(second.mean.equal(first.mean));
  CHECK(second.optimizer->steps == 1);
  CHECK(second.stepped().equal(first.stepped()));  // moments and their number too

  CHECK_FALSE(found.complete);
  CHECK(found.epoch == 2);
  CHECK(found.batch == 5);
  CHECK(found.loss_sum == 12.25);
  CHECK(found.collapsed);
  REQUIRE(found.curve.size() == 2);
  CHECK(found.curve[0].test_accuracy == 0.25);
  CHECK(found.curve[0].seconds == 0.5);
  CHECK(std::isnan(found.curve[1].test_accuracy));
  CHECK(found.rows.at(0).gradient == std::vector<double>{2, 4});
  CHECK(found.heads.at(0).head == "other");
  CHECK(found.heads.at(0).curve.at(0).train_loss == 2);
  CHECK(found.kept.epoch == 1);
  CHECK(found.kept.collapsed == std::vector<bool>{false, true});
  REQUIRE(found.kept.tensors.size() == state.kept.tensors.size());
  for (std::size_t i = 0; i < found.kept.tensors.size(); ++i) {
    CHECK(found.kept.tensors[i].first == state.kept.tensors[i].first);
    CHECK(found.kept.tensors[i].second.equal(state.kept.tensors[i].second));
  }
  CHECK(file.remove());
}

TEST_CASE("what is complete holds numbers alone, so that equal runs leave equal files") {
  const TempFolder folder;
  std::vector<std::string> bytes;
  for (const double seconds : {0.5, 17.0}) {
    const Checkpoint file(folder.path(), head_stage());
    TwoTensors trained(0.5f);
    TrainingState state;
    state.complete = true;
    state.epoch = 1;
    state.curve = {{1, 2.5, 0.25, 2.0, seconds}};
    file.save(trained.parameters, *trained.optimizer, state);
    CHECK(file.complete());
    bytes.push_back(read_file(folder / "digit.safetensors"));
    TwoTensors other(9);
    TrainingState found;
    REQUIRE(file.load(other.parameters, *other.optimizer, found));
    CHECK(other.weight.equal(trained.weight));
    CHECK(found.complete);
    CHECK(found.curve.at(0).train_loss == 2.5);
  }
  CHECK(bytes[0] == bytes[1]);
  CHECK(bytes[0].find("optimizer.") == std::string::npos);
}

TEST_CASE(
    "a checkpoint of other settings, one that was changed and one that lacks a part are refused") {
  const TempFolder folder;
  TwoTensors trained(0.5f);
  const Checkpoint file(folder.path(), head_stage());
  file.save(trained.parameters, *trained.optimizer, under_way(trained));
  CHECK(refusal(Checkpoint(folder.path(), head_stage("k2")), trained, ErrorCode::configuration)
            .find("belongs to a run with other settings") != std::string::npos);

  const std::filesystem::path path = folder / "digit.safetensors";
  const std::string good = read_file(path);
  std::string bytes = good;
  bytes[bytes.size() - 3] ^= 1;
  write_file(path, bytes);
  CHECK_FALSE(refusal(file, trained, ErrorCode::data).empty());
  write_file(path, good.substr(0, good.size() / 2));
  CHECK_FALSE(refusal(file, trained, ErrorCode::data).empty());
  write_file(path, good);
  CHECK(refusal(file, trained, ErrorCode::data).empty());

  TwoTensors wider(1);
  wider.parameters.add("more", {2}, Init::constant(0));
  CHECK_FALSE(refusal(file, wider, ErrorCode::data).empty());
}

TEST_CASE("a state that says something else, sealed as it is, is told in plain words") {
  const TempFolder folder;
  TwoTensors trained(0.5f);
  const Checkpoint file(folder.path(), head_stage());
  file.save(trained.parameters, *trained.optimizer, under_way(trained));
  const std::filesystem::path path = folder / "digit.safetensors";
  const auto stored = train::map_safetensors(path);
  const train::NamedTensors tensors(stored.tensors.begin(), stored.tensors.end());
  const auto said_of = [&](const char* key, const nlohmann::json& value) {
    auto metadata = stored.metadata;
    auto state = nlohmann::json::parse(metadata.at("state"));
    state[key] = value;
    metadata["state"] = state.dump();
    metadata.erase(train::digest_key);
    metadata[train::digest_key] = train::digest_of(tensors, metadata);
    train::save_safetensors(path, tensors, metadata);
    return refusal(file, trained, ErrorCode::data);
  };
  using Catch::Matchers::Contains;
  CHECK_THAT(said_of("complete", 1),
             Contains("damaged training state: a value in it is of another kind"));
  CHECK_THAT(said_of("epoch", 1.5), Contains("1.5 stands where a whole number from 0 to"));
  CHECK_THAT(said_of("batch", -1), Contains("-1 stands where a whole number from 0 to"));
  CHECK(said_of("epoch", 2).empty());
}
