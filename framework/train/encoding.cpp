// SPDX-License-Identifier: MIT
#include "train/encoding.hpp"

#include "train/data_check.hpp"
#include "train/describe.hpp"
#include "train/feature_order.hpp"
#include "train/latent_tap.hpp"
#include "train/safetensors.hpp"
#include "train/tensor_digest.hpp"
#include "wave/kernels.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/permutation.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace glia::train {
namespace {

/// Samples per message when nothing is trained; part of no result.
constexpr std::int64_t encode_batch = 500;

void require_finite(const at::Tensor& tensor, const char* what) {
  if (tensor.defined() && !tensor.isfinite().all().item<bool>()) {
    throw Error(ErrorCode::numeric,
                fmt::format("the encoder's {} has a NaN or infinite value", what));
  }
}

EncodedSplit encode_split(const Environment& environment, const config::EncoderNode& node,
                          const LoadedData& data, const Encoder& encoder, Split split,
                          std::optional<std::int64_t> epoch) {
  const std::int64_t n = data.size(split);
  const at::Tensor order = at::arange(n, at::kLong);
  EncodedSplit out;
  std::int64_t filled = 0;
  graph::GraphPlan plan;
  plan.nodes.push_back(
      {data.id, "", {}, 0, false, [&](const graph::Message& m) {
         const at::Tensor samples = batch_of(order, m.number(), encode_batch);
         Batch b = read_batch(data, split, samples);
         check_batch(data, split, samples, b, encoder, divisible(environment, data.id));
         if (split == Split::train && epoch) {
           augment(data, samples, static_cast<std::uint64_t>(node.seed), *epoch, b);
           check_augmented(data, samples, b, encoder);
         }
         return graph::Tensors{b.inputs, b.targets};
       }});
  plan.nodes.push_back({node.id, describe(node.use), {0}, 0, false, [&](const graph::Message& m) {
                          const EncodedSplit code =
                              code_of(environment, node, encoder, m.output_of(0)[0]);
                          return graph::Tensors{code.mean, code.deviation};
                        }});
  plan.nodes.push_back({node.id + " (store)", "", {1}, 1, false, [&](const graph::Message& m) {
                          const at::Tensor &mean = m.output_of(1)[0], &dev = m.output_of(1)[1];
                          const at::Tensor& targets = m.output_of(0)[1];
                          if (filled == 0) {
                            out.mean = at::empty({n, mean.size(1)}, mean.options());
                            if (dev.defined()) out.deviation = at::empty_like(out.mean);
                            auto shape = targets.sizes().vec();
                            shape[0] = n;
                            out.targets = at::empty(shape, targets.options());
                          }
                          const std::int64_t count = mean.size(0);
                          out.mean.narrow(0, filled, count).copy_(mean);
                          if (dev.defined()) out.deviation.narrow(0, filled, count).copy_(dev);
                          out.targets.narrow(0, filled, count).copy_(targets);
                          filled += count;
                          return graph::Tensors{};
                        }});
  const std::uint64_t batches = batch_count(n, encode_batch);
  const auto report =
      graph::run_flow_graph(plan, {0, batches}, {environment.threads}, environment.stop);
  if (report.next < batches) throw Error(ErrorCode::interrupted, "stopped while encoding");
  if (node.feature_order != 0) {
    reorder(out, indices_of(feature_places(node, out.mean.size(1))));
  }
  return out;
}

/// Takes the encoder's parameters and buffers from a file, as a run's checkpoint holds them.
void load_weights(const config::EncoderNode& node, const ParameterSet& parameters) {
  const auto fail = [&](const std::string& what) {
    throw Error(
        ErrorCode::data, fmt::format("weights of encoder '{}': {}{}", node.id, node.weights, what),
        fmt::format("use the checkpoint of a '{}' that was trained with the same parameters ({})",
                    node.use.plugin->descriptor->id, describe(node.use)));
  };
  const SafetensorsFile file = load_safetensors(node.weights);
  check_digest(file, node.weights, Digest::if_there, "copy it anew from where it was made");
  if (parameters.saved().empty() && !file.tensors.empty()) {
    throw Error(ErrorCode::configuration,
                fmt::format("encoder '{}' has no parameters, so there is nothing to load: a '{}' "
                            "is as it is",
                            node.id, node.use.plugin->descriptor->id),
                "leave out 'weights'");
  }
  const std::map<std::string, at::Tensor> stored(file.tensors.begin(), file.tensors.end());
  at::NoGradGuard no_grad;
  for (const auto& [name, tensor] : parameters.saved()) {
    const auto it = stored.find(name);
    if (it == stored.end()) fail(fmt::format(" has no tensor '{}'", name));
    if (it->second.sizes() != tensor.sizes()) {
      fail(fmt::format(": tensor '{}' is {}, but the encoder's is {}", name,
                       c10::str(it->second.sizes()), c10::str(tensor.sizes())));
    }
    if (it->second.scalar_type() != tensor.scalar_type()) {
      fail(fmt::format(": tensor '{}' is not of 32-bit floating-point numbers", name));
    }
    if (at::isFloatingType(tensor.scalar_type()) && !it->second.isfinite().all().item<bool>()) {
      fail(fmt::format(": tensor '{}' has a NaN or infinite value", name));
    }
    at::Tensor(tensor).copy_(it->second);
  }
}

}  // namespace

void reorder(EncodedSplit& code, const at::Tensor& places) {
  code.mean = code.mean.index_select(1, places);
  if (code.deviation.defined()) code.deviation = code.deviation.index_select(1, places);
}

EncodedSplit code_of(const Environment& environment, const config::EncoderNode& node,
                     const Encoder& encoder, const at::Tensor& inputs) {
  const Latent latent = encoder.encode(inputs);
  check_code(latent, inputs.size(0), environment.shapes.rows.at(node.id).cells());
  require_finite(latent.mean, "mean");
  EncodedSplit code;
  code.mean = latent.mean;
  if (latent.log_variance.defined()) code.deviation = (latent.log_variance * 0.5).exp();
  require_finite(code.deviation, "deviation");
  return code;
}

std::vector<std::uint32_t> feature_places(const config::EncoderNode& node, std::int64_t features) {
  const Permutation order(
      static_cast<std::uint32_t>(features),
      RandomStream(static_cast<std::uint64_t>(node.feature_order), node.id + "/order", 0));
  std::vector<std::uint32_t> places(static_cast<std::size_t>(features));
  order.read(0, places);
  return places;
}

BuiltEncoder build_encoder(const config::EncoderNode& node, const SampleSpec& in) {
  BuiltEncoder built;
  built.encoder = node.use.plugin->descriptor->make_encoder(node.use.values);
  const auto seed = static_cast<std::uint64_t>(node.seed);
  built.parameters = std::make_shared<ParameterSet>(seed, node.id);
  built.encoder->build(in, *built.parameters);
  if (!node.weights.empty()) load_weights(node, *built.parameters);
  return built;
}

EncodedSplit& Encoded::of(Split split) {
  return const_cast<EncodedSplit&>(std::as_const(*this).of(split));
}

const EncodedSplit& Encoded::of(Split split) const {
  switch (split) {
    case Split::train:
      return train;
    case Split::test:
      return test;
    case Split::validation:
      return validation;
  }
  throw Error(ErrorCode::internal, "a split that is none");
}

std::vector<Split> Encoded::splits() const {
  std::vector<Split> all{Split::train, Split::test};
  if (!validation.empty()) all.push_back(Split::validation);
  return all;
}

Encoded encode(const Environment& environment, const config::EncoderNode& node,
               const LoadedData& data, const Encoder& encoder, std::optional<std::int64_t> epoch) {
  Encoded encoded;
  for (const Split split : {Split::train, Split::test, Split::validation}) {
    if (data.size(split) > 0) {
      encoded.of(split) = encode_split(environment, node, data, encoder, split, epoch);
    }
  }
  return encoded;
}

at::Tensor latent_rows(const Environment& environment, const EncodedSplit& split,
                       const at::Tensor& indices, const std::string& stream, std::uint64_t key) {
  const LatentTap tap(split, environment.spec.seed, stream);
  const std::int64_t n = indices.size(0), tiles = (n + wave::tile_samples - 1) / wave::tile_samples;
  std::vector<std::uint32_t> samples(static_cast<std::size_t>(n));
  std::copy_n(indices.data_ptr<std::int64_t>(), n, samples.begin());
  at::Tensor rows = at::empty({tiles, tap.width(), wave::tile_samples}, at::kFloat);
  tap.rows(samples, key, rows.data_ptr<float>());
  return rows.transpose(1, 2).reshape({-1, tap.width()}).narrow(0, 0, n);
}

}  // namespace glia::train
