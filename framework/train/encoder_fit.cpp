// SPDX-License-Identifier: MIT
#include "train/encoder_fit.hpp"

#include "core/at_work.hpp"
#include "train/checkpoint.hpp"
#include "train/data_check.hpp"
#include "train/optimizer.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

namespace glia::train {
namespace {

/// The training part of a data set, read when it is asked for.
class Inputs final : public TrainingInputs {
 public:
  Inputs(const Environment& environment, const LoadedData& data, const Encoder& encoder)
      : environment_(environment), data_(data), encoder_(encoder) {}

  std::int64_t size() const override { return data_.size(Split::train); }

  at::Tensor read(std::int64_t first, std::int64_t count) const override {
    if (first < 0 || count < 0 || first > size() - count) {
      throw Error(ErrorCode::internal,
                  fmt::format("asked for {} training samples from number {} on; there are {}",
                              count, first, size()));
    }
    if (environment_.stop && environment_.stop()) {
      throw Error(ErrorCode::interrupted, "stopped while the encoder was fitted");
    }
    const at::Tensor samples = at::arange(first, first + count, at::kLong);
    const Batch batch = read_batch(data_, Split::train, samples);
    check_batch(data_, Split::train, samples, batch, encoder_, divisible(environment_, data_.id));
    return batch.inputs;
  }

 private:
  const Environment& environment_;
  const LoadedData& data_;
  const Encoder& encoder_;
};

}  // namespace

void fit(const Environment& environment, const config::EncoderNode& node, const LoadedData& data,
         const BuiltEncoder& built) {
  if (!built.encoder->fitted()) return;
  at::NoGradGuard no_grad;
  const AtWork at_work(*node.use.plugin, std::chrono::seconds(60));
  built.encoder->fit(Inputs(environment, data, *built.encoder));
  for (const auto& [name, tensor] : built.parameters->saved()) {
    if (tensor.isfinite().all().item<bool>()) continue;
    throw Error(ErrorCode::numeric,
                fmt::format("encoder '{}' was fitted to the training samples, and its '{}' has a "
                            "NaN or infinite value",
                            node.id, name));
  }
}

bool fit_encoder(const Environment& environment, const Checkpoint& checkpoint,
                 const config::EncoderNode& node, const LoadedData& data,
                 const BuiltEncoder& built) {
  const auto optimizer = make_optimizer(node.train, at::empty({0}));
  TrainingState state;
  if (checkpoint.load(*built.parameters, *optimizer, state)) return true;
  fit(environment, node, data, built);
  state.complete = true;
  checkpoint.save(*built.parameters, *optimizer, state);
  return false;
}

}  // namespace glia::train
