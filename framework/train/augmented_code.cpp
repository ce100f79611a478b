// SPDX-License-Identifier: MIT
#include "train/augmented_code.hpp"

#include "train/data_check.hpp"
#include "train/feature_order.hpp"

#include <ATen/ATen.h>

namespace glia::train {

AugmentedCode::AugmentedCode(const Environment& environment, const config::EncoderNode& node,
                             const LoadedData& data, const Encoder& encoder)
    : environment_(environment), node_(node), data_(data), encoder_(encoder) {
  if (node.feature_order == 0) return;
  places_ = indices_of(feature_places(node, environment.shapes.rows.at(node.id).cells()));
}

EncodedSplit AugmentedCode::rows(const at::Tensor& indices, std::int64_t epoch) const {
  Batch batch = read_batch(data_, Split::train, indices);
  augment(data_, indices, environment_.spec.seed, epoch, batch);
  check_augmented(data_, indices, batch, encoder_);
  EncodedSplit coded = code_of(environment_, node_, encoder_, batch.inputs);
  if (places_.defined()) reorder(coded, places_);
  coded.mean = coded.mean.contiguous();
  if (coded.deviation.defined()) coded.deviation = coded.deviation.contiguous();
  coded.targets = batch.targets;
  coded.sample = node_.latent == "sample";
  return coded;
}

}  // namespace glia::train
