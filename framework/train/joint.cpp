// SPDX-License-Identifier: MIT
#include "train/joint.hpp"

#include "core/files.hpp"
#include "core/log.hpp"
#include "train/encoder_training.hpp"
#include "train/latents.hpp"
#include "train/optimizer.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace glia::train {
namespace {

namespace fs = std::filesystem;

/// Copies the epochs at hand into memory that readers hold on to.
void overwrite(EncodedSplit& split, const EncodedSplit& all, std::int64_t epoch) {
  split.mean.copy_(all.mean[epoch]);
  if (split.deviation.defined()) split.deviation.copy_(all.deviation[epoch]);
}

EncodedSplit split_at(const EncodedSplit& all, std::int64_t epoch) {
  return {all.mean[epoch].clone(),
          all.deviation.defined() ? all.deviation[epoch].clone() : at::Tensor(), all.targets,
          all.sample};
}

}  // namespace

fs::path epochs_file(const Environment& environment, const config::EncoderNode& node) {
  return environment.checkpoints / (node.id + ".epochs");
}

fs::path train_jointly(const Environment& environment, const graph::Stage& stage,
                       const config::EncoderNode& node, const LoadedData& data,
                       const BuiltEncoder& built, results::EncoderResult& result) {
  const fs::path file = epochs_file(environment, node);
  std::optional<Encoded> kept;
  if (fs::exists(file)) {
    kept = map_latents(file, MappedFile::Writes::reach_file);
  } else if (Checkpoint(environment.checkpoints, stage).remove()) {
    log().info("{}: what it made of the data is gone; it is trained again", stage.name);
  }
  // The file is ahead of the checkpoint, or as far: what is written twice is the same both times.
  train_encoder(environment, stage, node, data, built, result, [&](std::int64_t epoch) {
    const Encoded now = encode(environment, node, data, *built.encoder, epoch);
    if (!kept) {
      create_epochs(file, node.train.epochs, now, *built.parameters);
      kept = map_latents(file, MappedFile::Writes::reach_file);
    }
    overwrite_epoch(*kept, epoch, now);
    sync_file(file);  // before the checkpoint says that the epoch is done
  });
  finish_epochs(*kept, *built.parameters, result);
  return file;
}

Encoded last_epoch(const Environment& environment, const config::EncoderNode& node,
                   const LoadedData& data, const Encoder& encoder) {
  Encoded last = encode(environment, node, data, encoder);
  for (const Split which : last.splits()) {
    EncodedSplit& split = last.of(which);
    split.mean.unsqueeze_(0);
    if (split.deviation.defined()) split.deviation.unsqueeze_(0);
  }
  return last;
}

results::EncoderResult losses_of(const Encoded& all) {
  results::EncoderResult result;
  if (!all.losses.defined()) return result;
  const double* losses = all.losses.data_ptr<double>();
  for (std::int64_t e = 0; e < all.losses.size(0); ++e) {
    result.train_loss.emplace_back(e + 1, losses[e]);
  }
  return result;
}

void leave_encoder(const Checkpoint& checkpoint, const config::EncoderNode& node,
                   const ParameterSet& parameters, const Encoded& all) {
  at::NoGradGuard no_grad;
  TrainingState state;
  state.complete = true;
  if (all.losses.defined()) {
    for (const auto& [name, tensor] : parameters.saved()) {
      at::Tensor(tensor).copy_(all.encoder.at(name));
    }
    state.epoch = node.train.epochs;
  }
  for (const auto& [epoch, loss] : losses_of(all).train_loss) {
    state.curve.push_back({.epoch = epoch, .train_loss = loss});
  }
  checkpoint.save(parameters, *make_optimizer(node.train, at::empty({0})), state);
}

EpochLatents::EpochLatents(const Encoded& all) : all_(all) {
  const std::int64_t last = all.train.mean.size(0) - 1;
  for (const Split split : all.splits()) latents_.of(split) = split_at(all.of(split), last);
}

void EpochLatents::show(std::int64_t epoch) {
  // Of an encoder that all heads have followed, only the last epoch is left.
  epoch = std::min(epoch, all_.train.mean.size(0) - 1);
  for (const Split split : all_.splits()) overwrite(latents_.of(split), all_.of(split), epoch);
}

}  // namespace glia::train
