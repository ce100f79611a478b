// SPDX-License-Identifier: MIT
#include "train/data_check.hpp"

#include "core/log.hpp"
#include "train/flat_parameters.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace glia::train {
namespace {

constexpr std::size_t lanes = 16;
constexpr std::uint32_t all_but_sign = 0x7fffffff, infinite = 0x7f800000;

const char* name_of(Split split) { return split == Split::train ? "training" : split_name(split); }

/// Whether these could be bytes: whole numbers from 0 to 255 that use the range.
bool looks_like_bytes(std::span<const float> numbers, const Extent& extent) {
  return extent.low >= 0 && extent.high > 1 && extent.high <= 255 &&
         std::all_of(numbers.begin(), numbers.end(), [](float x) { return x == std::trunc(x); });
}

std::string scaling_hint(std::span<const float> inputs, const Extent& extent,
                         const InputRange& range, bool divisible) {
  if (range.low == 0 && range.high == 1 && looks_like_bytes(inputs, extent)) {
    return divisible ? "these look like bytes: divide_by = 255 in the data set's table brings them "
                       "to [0, 1]"
                     : "these look like bytes: divide them by 255";
  }
  return fmt::format("scale the inputs to [{}, {}], or use an encoder that takes any number",
                     range.low, range.high);
}

void check_inputs(const LoadedData& data, Split split, const at::Tensor& indices,
                  const at::Tensor& tensor, const Encoder& encoder, bool divisible) {
  const auto inputs = numbers_of(tensor);
  if (inputs.empty()) return;
  const auto width = static_cast<std::size_t>(tensor.size(1));
  const auto sample = [&](std::size_t at) { return indices.data_ptr<std::int64_t>()[at / width]; };
  const Extent extent = extent_of(inputs);
  if (extent.not_finite) {
    throw Error(ErrorCode::data,
                fmt::format("data set '{}': {} sample {} has an input that is {}", data.id,
                            name_of(split), sample(*extent.not_finite), inputs[*extent.not_finite]),
                "leave such samples out, or replace the value");
  }
  const auto range = encoder.input_range();
  if (!range || (extent.low >= range->low && extent.high <= range->high)) return;
  const auto outside = std::find_if(inputs.begin(), inputs.end(),
                                    [&](float x) { return x < range->low || x > range->high; });
  if (outside == inputs.end()) return;
  throw Error(
      ErrorCode::data,
      fmt::format("the encoder takes inputs in [{}, {}], but {} sample {} of data set '{}' "
                  "has an input of {}",
                  range->low, range->high, name_of(split),
                  sample(static_cast<std::size_t>(outside - inputs.begin())), data.id, *outside),
      scaling_hint(inputs, extent, *range, divisible));
}

/// Index of the first label that is none of `classes`.
std::optional<std::size_t> bad_label(const at::Tensor& labels, std::int64_t classes) {
  const std::span all(labels.data_ptr<std::int64_t>(), static_cast<std::size_t>(labels.numel()));
  const auto bad = std::find_if(all.begin(), all.end(),
                                [&](std::int64_t label) { return label < 0 || label >= classes; });
  return bad == all.end() ? std::nullopt
                          : std::optional(static_cast<std::size_t>(bad - all.begin()));
}

constexpr const char* not_ours =
    "the file is not what glia wrote: delete it, or run with --no-cache";

void check_split(const EncodedSplit& split, const LatentForm& form, const std::string& where) {
  const auto fail = [&](const std::string& what) {
    throw Error(ErrorCode::data, where + ' ' + what, not_ours);
  };
  const at::Tensor& targets = split.targets;
  const bool labels = form.data.classes > 0;
  const bool fits = labels ? targets.scalar_type() == at::kLong && targets.dim() == 1
                           : targets.scalar_type() == at::kFloat && targets.dim() == 2 &&
                                 targets.size(1) == form.data.target_width;
  if (!fits || targets.size(0) < 1) fail("have targets of a wrong type or shape");
  for (const at::Tensor* rows : {&split.mean, &split.deviation}) {
    if (!rows->defined()) continue;
    if (rows->scalar_type() != at::kFloat || rows->dim() != (form.joint ? 3 : 2) ||
        rows->size(-1) != form.width || rows->size(-2) != targets.size(0) ||
        rows->sizes() != split.mean.sizes()) {
      fail("have the wrong type or shape");
    }
    if (extent_of(numbers_of(*rows)).not_finite) fail("hold a NaN or infinite value");
  }
  if (!labels && extent_of(numbers_of(targets)).not_finite) {
    fail("hold a target that is NaN or infinite");
  }
  const auto bad = labels ? bad_label(targets, form.data.classes) : std::nullopt;
  if (!bad) return;
  fail(fmt::format("hold the label {}, expected 0 to {}", targets.data_ptr<std::int64_t>()[*bad],
                   form.data.classes - 1));
}

}  // namespace

Extent extent_of(std::span<const float> numbers) {
  if (numbers.empty()) return {};
  std::array<float, lanes> low{}, high{};
  std::array<std::uint32_t, lanes> magnitude{};
  low.fill(std::numeric_limits<float>::infinity());
  high.fill(-std::numeric_limits<float>::infinity());
  const std::size_t whole = numbers.size() / lanes * lanes;
  const auto take = [&](std::size_t lane, float x) {
    low[lane] = x < low[lane] ? x : low[lane];
    high[lane] = x > high[lane] ? x : high[lane];
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(x) & all_but_sign;
    magnitude[lane] = bits > magnitude[lane] ? bits : magnitude[lane];
  };
  for (std::size_t i = 0; i < whole; i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) take(lane, numbers[i + lane]);
  }
  for (std::size_t i = whole; i < numbers.size(); ++i) take(0, numbers[i]);
  Extent extent{*std::min_element(low.begin(), low.end()),
                *std::max_element(high.begin(), high.end())};
  if (*std::max_element(magnitude.begin(), magnitude.end()) < infinite) return extent;
  const auto bad =
      std::find_if(numbers.begin(), numbers.end(), [](float x) { return !std::isfinite(x); });
  extent.not_finite = static_cast<std::size_t>(bad - numbers.begin());
  return extent;
}

bool divisible(const Environment& environment, const std::string& dataset) {
  for (const auto& node : environment.spec.datasets) {
    if (node.id != dataset) continue;
    const auto& fields = node.use.plugin->descriptor->fields;
    return std::any_of(fields.begin(), fields.end(),
                       [](const FieldSpec& field) { return field.name == "divide_by"; });
  }
  return false;
}

void check_batch(const LoadedData& data, Split split, const at::Tensor& indices, const Batch& batch,
                 const Encoder& encoder, bool divisible) {
  check_inputs(data, split, indices, batch.inputs, encoder, divisible);
  const std::int64_t* samples = indices.data_ptr<std::int64_t>();
  if (data.spec.classes == 0) {
    const auto values = numbers_of(batch.targets);
    const auto bad = extent_of(values).not_finite;
    if (!bad) return;
    throw Error(
        ErrorCode::data,
        fmt::format("data set '{}': {} sample {} has a target that is {}", data.id, name_of(split),
                    samples[*bad / static_cast<std::size_t>(batch.targets.size(1))], values[*bad]),
        "leave such samples out, or replace the value");
  }
  const auto bad = bad_label(batch.targets, data.spec.classes);
  if (!bad) return;
  throw Error(
      ErrorCode::data,
      fmt::format("data set '{}': {} sample {} has label {}, but with {} classes labels are "
                  "0 to {}",
                  data.id, name_of(split), samples[*bad],
                  batch.targets.data_ptr<std::int64_t>()[*bad], data.spec.classes,
                  data.spec.classes - 1),
      "classes are numbered from 0; the data set's plugin has to give as many as it says");
}

void check_augmented(const LoadedData& data, const at::Tensor& indices, const Batch& batch,
                     const Encoder& encoder) {
  if (!data.augmenter) return;
  const auto inputs = numbers_of(batch.inputs);
  if (inputs.empty()) return;
  const Extent extent = extent_of(inputs);
  const auto range = encoder.input_range();
  if (!extent.not_finite && (!range || (extent.low >= range->low && extent.high <= range->high))) {
    return;
  }
  const auto outside = std::find_if(inputs.begin(), inputs.end(), [&](float x) {
    return !std::isfinite(x) || (range && (x < range->low || x > range->high));
  });
  if (outside == inputs.end()) return;
  const auto at = static_cast<std::size_t>(outside - inputs.begin());
  const auto width = static_cast<std::size_t>(batch.inputs.size(1));
  throw Error(
      ErrorCode::data,
      fmt::format(
          "data set '{}': training sample {} has an input of {} once it is augmented{}", data.id,
          indices.data_ptr<std::int64_t>()[at / width], *outside,
          range ? fmt::format("; the encoder takes inputs in [{}, {}]", range->low, range->high)
                : ""),
      range ? fmt::format("bound what 'augment' does: what comes in ('fill') lies in that range, "
                          "and noise has low = {} and high = {}",
                          range->low, range->high)
            : "make what 'augment' does smaller");
}

void check_code(const Latent& code, std::int64_t batch, std::int64_t width) {
  for (const at::Tensor* tensor : {&code.mean, &code.log_variance}) {
    if (tensor == &code.log_variance && !tensor->defined()) continue;
    if (tensor->defined() && tensor->scalar_type() == at::kFloat && tensor->dim() == 2 &&
        tensor->size(0) == batch && tensor->size(1) == width) {
      continue;
    }
    throw Error(
        ErrorCode::internal,
        fmt::format("the encoder says that its rows are {} cells wide, but makes {} of {} "
                    "samples",
                    width, tensor->defined() ? c10::str(tensor->sizes()) : std::string("nothing"),
                    batch),
        "encode() has to give 32-bit floating-point numbers [B, out_width]");
  }
}

void check_latents(const Encoded& encoded, const LatentForm& form, const std::string& file) {
  const EncodedSplit& train = encoded.train;
  for (const Split split : encoded.splits()) {
    const EncodedSplit& one = encoded.of(split);
    check_split(one, form, fmt::format("{}: the latents of the {} split", file, name_of(split)));
    if (train.deviation.defined() != one.deviation.defined()) {
      throw Error(ErrorCode::data, file + ": only one of the splits has deviations", not_ours);
    }
    if (form.joint && train.mean.size(0) != one.mean.size(0)) {
      throw Error(ErrorCode::data, file + ": the splits are of different epochs", not_ours);
    }
  }
  if (!form.joint) return;
  const at::Tensor& losses = encoded.losses;
  if (!losses.defined() || losses.scalar_type() != at::kDouble || losses.dim() != 1 ||
      losses.size(0) != train.mean.size(0)) {
    throw Error(ErrorCode::data, file + ": the encoder's losses have the wrong type or shape",
                not_ours);
  }
}

}  // namespace glia::train
