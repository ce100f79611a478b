// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/encoder.hpp>
#include <glia/sdk/recipe.hpp>
#include <glia/sdk/schema.hpp>

#include <cstdint>

namespace glia {

/// The width of a projection, a member `z_features` of its Config.
template <class Config>
constexpr auto projection_width =
    field(&Config::z_features, "z_features")
        .at_least(1)
        .unit("cells")
        .doc("Features: the width of the row that the first astrocytes hear.");

/// Base of the encoders that are a fixed random matrix M, z = x M, of which nothing is trained: one
/// only adds `build`, which draws it.
class Projection : public Encoder, public WrittenDown {
 public:
  explicit Projection(std::int64_t z_features) : z_features_(z_features) {}

  std::int64_t out_width(const SampleSpec&) const override { return z_features_; }

  Latent encode(const at::Tensor& inputs) const override {
    return {inputs.mm(matrix_), at::Tensor()};
  }

  Recipe recipe() const override { return {{RowStep::Op::multiply, "matrix"}}; }

 protected:
  std::int64_t z_features() const { return z_features_; }

  /// M [features, z], with such a start: saved, not trained.
  at::Tensor& add_matrix(const SampleSpec& in, ParameterSet& parameters, Init init) {
    return matrix_ = parameters.add_buffer("matrix", {in.features(), z_features_}, init);
  }

 private:
  std::int64_t z_features_;
  at::Tensor matrix_;
};

}  // namespace glia
