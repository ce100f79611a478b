// SPDX-License-Identifier: MIT
// Plugins without fault; each bad plugin beside this file spoils one thing in one of them.
#pragma once

#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/parameters.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/random.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <ATen/ATen.h>

#include <string>
#include <utility>

namespace bad {

struct Config {
  double strength = 1;
};

inline constexpr auto schema =
    glia::schema<Config>(glia::field(&Config::strength, "strength")
                             .range(0.125, 8)
                             .doc("What every answer is multiplied by."));

/// A general layer: each cell hears itself and its two neighbours. [B,n] -> [B,n].
class Wave : public glia::WaveLayer {
 public:
  explicit Wave(Config config) : config_(config) {}

  std::int64_t out_width(std::int64_t in) const override { return in; }
  void build(std::int64_t, glia::ParameterSet& parameters) override {
    weight_ = parameters.add("weight", {3}, glia::Init::normal(1));
  }
  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    return answer(row);
  }

 protected:
  at::Tensor answer(const at::Tensor& row) const {
    const auto n = row.size(1);
    const at::Tensor padded = at::constant_pad_nd(row, {1, 1}, 0);
    at::Tensor sum = padded.narrow(1, 0, n) * weight_[0];
    sum = sum + padded.narrow(1, 1, n) * weight_[1] + padded.narrow(1, 2, n) * weight_[2];
    return sum * config_.strength;
  }

  Config config_;
  at::Tensor weight_;
};

/// The same as a stencil.
class Still : public glia::StencilLayer {
 public:
  explicit Still(Config) {}
  glia::Stencil stencil(std::int64_t in) const override {
    return glia::Stencil::band(in, in, {-1, 0, 1});
  }
};

class Head : public glia::Head {
 public:
  explicit Head(Config) {}

  void check(std::int64_t in, const glia::SampleSpec& data) const override {
    if (data.classes == 0 || in != data.classes) {
      throw glia::Error(glia::ErrorCode::shape, "a head of one cell per class does not fit");
    }
  }
  at::Tensor forward(const at::Tensor& row) const override { return at::log_softmax(row, 1); }
  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const override {
    return at::nll_loss(output, targets);
  }
  at::Tensor score(const at::Tensor& output, const at::Tensor& targets) const override {
    return output.argmax(1).eq(targets).to(output.scalar_type());
  }
  at::Tensor predict(const at::Tensor& output) const override { return output.argmax(1); }
};

/// Counts: sample i of a split holds i, i + 1, ...
class Data : public glia::Dataset {
 public:
  explicit Data(Config) {}

  glia::SampleSpec spec() const override { return {{4}, 3}; }
  void open() override {}
  std::int64_t size(glia::Split split) const override {
    return split == glia::Split::train ? 30 : 10;
  }
  void read(glia::Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float>) const override {
    for (std::size_t row = 0; row < indices.size(); ++row) {
      if (indices[row] < 0 || indices[row] >= size(split)) {
        throw glia::Error(glia::ErrorCode::internal, "there is no such sample");
      }
      for (std::size_t k = 0; k < 4; ++k) {
        inputs[row * 4 + k] = static_cast<float>(indices[row]) + static_cast<float>(k);
      }
      labels[row] = indices[row] % 3;
    }
  }
};

template <class T>
glia::Descriptor wave() {
  return glia::wave_layer<T>("bad", schema, "A layer with one fault.");
}
template <class T>
glia::Descriptor activation() {
  return glia::activation<T>("bad", schema, "An activation with one fault.");
}
template <class T>
glia::Descriptor head() {
  return glia::head<T>("bad", schema, "A head with one fault.");
}
template <class T>
glia::Descriptor dataset() {
  return glia::dataset<T>("bad", schema, "A dataset with one fault.");
}

}  // namespace bad

/// The plugin of this file.
#define BAD_PLUGIN(...) GLIA_PLUGIN("1.0.0", __VA_ARGS__)
