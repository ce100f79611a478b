// SPDX-License-Identifier: MIT
// Out-of-line key functions: they anchor the type information of the SDK's interfaces in libglia.
#include <glia/sdk/activation.hpp>
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/task.hpp>
#include <glia/sdk/wave_layer.hpp>

namespace glia {

Activation::~Activation() = default;
Dataset::~Dataset() = default;
Encoder::~Encoder() = default;
TrainingInputs::~TrainingInputs() = default;
Head::~Head() = default;
Episodes::~Episodes() = default;
Task::~Task() = default;
Layer::~Layer() = default;
void Layer::hear(const Shape&) {}
StencilLayer::~StencilLayer() = default;
WaveLayer::~WaveLayer() = default;

std::vector<double> StencilLayer::fixed_weights(std::int64_t) const { return {}; }
DisturbanceLayer::~DisturbanceLayer() = default;

/// Whoever asks for the width learns of a broken stencil: before anything runs over it.
std::int64_t StencilLayer::out_width(std::int64_t in) const {
  const Stencil s = stencil(in);
  s.check(in);
  const auto weights = fixed_weights(in);
  if (weights.empty()) return s.out;
  s.check_weights(weights);
  if (bias() != Bias::none) {
    throw Error(ErrorCode::internal, "a layer with fixed weights has a bias",
                "let bias() return glia::Bias::none");
  }
  return s.out;
}

const char* split_name(Split split) {
  switch (split) {
    case Split::train:
      return "train";
    case Split::test:
      return "test";
    case Split::validation:
      return "validation";
  }
  return "?";
}

std::string Dataset::identity() const { return {}; }

at::Tensor Encoder::loss(const at::Tensor&, RandomStream&) const {
  throw Error(ErrorCode::internal, "this encoder says that it can be trained, but has no loss");
}

std::optional<double> Encoder::gradients(const at::Tensor&, RandomStream&,
                                         const std::vector<at::Tensor>&) {
  return std::nullopt;
}

void Encoder::fit(const TrainingInputs&) {
  throw Error(ErrorCode::internal, "this encoder says that it is fitted, but cannot be",
              "override fit, or leave out fitted");
}

std::optional<InputRange> Encoder::input_range() const { return std::nullopt; }

void Head::build(std::int64_t, ParameterSet&) {}

std::vector<Metric> Head::metrics() const { return {{"accuracy", true, "share"}}; }

at::Tensor Head::measure(const at::Tensor& output, const at::Tensor& targets) const {
  return score(output, targets).unsqueeze(1);
}

at::Tensor Head::predict(const at::Tensor&) const { return {}; }

void Episodes::advise(std::size_t baseline, std::span<std::int32_t>) {
  throw Error(ErrorCode::internal,
              "the task names baseline " + std::to_string(baseline) + " and has none",
              "override Episodes::advise, or leave out TaskSpec::baselines");
}

std::vector<Measure> Episodes::measures() const { return {}; }

const char* kind_name(PluginKind kind) {
  switch (kind) {
    case PluginKind::dataset:
      return "dataset";
    case PluginKind::encoder:
      return "encoder";
    case PluginKind::wave_layer:
      return "wave layer";
    case PluginKind::activation:
      return "activation";
    case PluginKind::head:
      return "head";
    case PluginKind::task:
      return "task";
  }
  return "?";
}

}  // namespace glia
