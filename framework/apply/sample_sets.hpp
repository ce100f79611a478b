// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/dataset.hpp>

#include <ATen/core/Tensor.h>

#include <memory>

namespace glia::apply {

/// A data set of which only one part is looked at. [thread-safe]
class OneSplit final : public Dataset {
 public:
  OneSplit(std::shared_ptr<const Dataset> whole, Split part)
      : whole_(std::move(whole)), part_(part) {}

  SampleSpec spec() const override { return whole_->spec(); }
  void open() override {}
  std::int64_t size(Split split) const override { return split == part_ ? whole_->size(split) : 0; }
  void read(Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float> values) const override {
    whole_->read(split, indices, inputs, labels, values);
  }

 private:
  std::shared_ptr<const Dataset> whole_;
  Split part_;
};

/// Samples without targets, as the test part of a data set whose targets are all zero.
/// [thread-safe]
class GivenSamples final : public Dataset {
 public:
  /// inputs [N, features] (float32).
  GivenSamples(SampleSpec spec, at::Tensor inputs);

  SampleSpec spec() const override { return spec_; }
  void open() override {}
  std::int64_t size(Split split) const override;
  void read(Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float> values) const override;

 private:
  SampleSpec spec_;
  at::Tensor inputs_;
};

}  // namespace glia::apply
