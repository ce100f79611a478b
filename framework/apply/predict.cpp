// SPDX-License-Identifier: MIT
#include "apply/predict.hpp"

#include "train/data_check.hpp"

#include <glia/sdk/encoder.hpp>
#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <variant>

namespace glia::apply {

std::vector<std::string> class_names(const SampleSpec& data) {
  if (!data.class_names.empty()) return data.class_names;
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < data.classes; ++i) names.push_back(std::to_string(i));
  return names;
}

void require_takes(const TrainedRun& run, const config::HeadNode& head, const at::Tensor& inputs,
                   const std::string& source) {
  const auto sample_of = [&](std::size_t place) {
    return static_cast<std::int64_t>(place) / inputs.size(1);
  };
  const std::span<const float> numbers(inputs.data_ptr<float>(),
                                       static_cast<std::size_t>(inputs.numel()));
  const train::Extent extent = train::extent_of(numbers);
  if (extent.not_finite) {
    throw Error(ErrorCode::data,
                fmt::format("{}: sample {} has a NaN or infinite value", source,
                            sample_of(*extent.not_finite)),
                "leave such samples out, or replace the value");
  }
  const auto& use = run.path(head).encoder->use;
  const auto range = use.plugin->descriptor->make_encoder(use.values)->input_range();
  if (!range || (extent.low >= range->low && extent.high <= range->high)) return;
  const auto outside = std::find_if(numbers.begin(), numbers.end(),
                                    [&](float x) { return x < range->low || x > range->high; });
  throw Error(ErrorCode::data,
              fmt::format("{}: sample {} has an input of {}, but the run takes inputs in [{}, {}]",
                          source, sample_of(static_cast<std::size_t>(outside - numbers.begin())),
                          *outside, range->low, range->high),
              "scale the numbers; --divide-by 255 brings bytes to [0, 1]");
}

namespace {

/// The value that a table calls its target is called so, others by their numbers.
std::vector<std::string> value_names(const TrainedRun& run, const config::HeadNode& head,
                                     std::int64_t count) {
  const auto& values = run.path(head).dataset->use.values;
  const auto target = values.find("target");
  const auto* name = target == values.end() ? nullptr : std::get_if<std::string>(&target->second);
  if (count == 1 && name && !name->empty() && run.columns(head)) return {*name};
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

}  // namespace

Prediction predict(const TrainedRun& run, const config::HeadNode& head,
                   const train::LoadedData& data, Split split) {
  const auto& encoder = *run.path(head).encoder;
  const auto trained = run.encoder(encoder);
  const auto restored =
      run.restore(head, run.encode(encoder, data, *trained.encoder, split), split);
  at::NoGradGuard no_grad;
  Prediction found;
  found.rows = restored->run->rows(head, split);
  const at::Tensor output = restored->run->head(head).forward(found.rows);
  found.labels = restored->run->head(head).predict(output);
  const SampleSpec& spec = run.data_spec(head);
  found.classified = found.labels.defined() && output.size(1) == spec.classes;
  if (found.classified) {
    found.columns = class_names(spec);
    found.answers = at::softmax(output, 1).contiguous();  // of log-probabilities: themselves
  } else {
    found.columns = value_names(run, head, output.size(1));
    found.answers = output.contiguous();
    found.labels = at::Tensor();
  }
  if (!found.answers.isfinite().all().item<bool>()) {
    throw Error(ErrorCode::numeric,
                fmt::format("head '{}' answers with a NaN or infinite value", head.id),
                "the network was trained to numbers that are none: train it again with a lower "
                "learning rate");
  }
  return found;
}

}  // namespace glia::apply
