// SPDX-License-Identifier: MIT
#pragma once

#include "check/check.hpp"
#include "check/tools.hpp"
#include "wave/network.hpp"

#include <glia/sdk/encoder.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/parameters.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glia::check {

/// How a Trial is made; the defaults are what a run would use.
struct Setup {
  std::int64_t width = 0;  ///< 0: `usual_width`
  at::ScalarType dtype = at::kFloat;
  std::uint64_t seed = 1;
  ValueMap values{};  ///< empty: example values
  bool fit = true;    ///< an encoder that is fitted
};

/// One instance of a plugin, built, seen as a function from tensor to tensor: a wave layer or an
/// activation as a network of one step (an activation runs its own code, not the engine's), an
/// encoder by its latent code, fitted if it is one that is, a head by its output.
class Trial {
 public:
  Trial(const Descriptor& descriptor, const Setup& setup = {});

  /// x [B, in] -> [B, out]. `message` keys the random numbers.
  at::Tensor forward(const at::Tensor& x, bool training = true, std::uint64_t message = 0) const;
  /// The training loss of a batch, of encoders and heads only. Targets follow from the seed.
  at::Tensor loss(const at::Tensor& x, std::uint64_t message = 0) const;

  std::int64_t in() const { return in_; }
  std::int64_t out() const { return out_; }
  const ParameterSet& parameters() const { return parameters_; }
  /// Rows that such a plugin may meet: normal numbers, or in [0, 1] for encoders.
  at::Tensor rows(std::int64_t batch, std::uint64_t message = 0) const;
  /// Saved tensors: parameters, then buffers.
  std::vector<std::pair<std::string, at::Tensor>> saved() const { return parameters_.saved(); }
  /// Labels or values for the head's loss.
  at::Tensor targets(std::int64_t batch) const;

  const Head* head() const { return head_.get(); }
  Encoder* encoder() const { return encoder_.get(); }
  const Layer* layer() const { return layer_.get(); }
  /// Whether it is a step from row to row, without a loss of its own.
  bool is_step() const { return network_.has_value(); }
  const SampleSpec& spec() const { return spec_; }

 private:
  void fit() const;

  std::uint64_t seed_;
  at::ScalarType dtype_;
  std::int64_t in_ = 0, out_ = 0;
  SampleSpec spec_;
  ParameterSet parameters_;
  std::shared_ptr<Layer> layer_;
  std::optional<wave::Network> network_;
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<Head> head_;
};

/// Whether the plugin takes rows of this width; a refusal must be an Error (shape), or else the
/// check fails.
bool takes(const Descriptor& descriptor, std::int64_t width);

/// A width that the plugin takes, about 12; Unseen if the kit finds none.
std::int64_t usual_width(const Descriptor& descriptor);

/// The widths that the kit tries when a plugin does not take what it would like.
const std::vector<std::int64_t>& candidate_widths();

/// For each wanted width the nearest one that the plugin takes, each once; Unseen if the kit finds
/// none.
std::vector<std::int64_t> widths_near(const Descriptor& descriptor,
                                      const std::vector<std::int64_t>& wanted);

/// What the plugin is given as data: `width` numbers, shaped as an image where it wants that.
SampleSpec spec_of(const Descriptor& descriptor, std::int64_t width);

/// Tensors of standard normals, a function of (seed, name).
at::Tensor normal(std::uint64_t seed, const std::string& name, at::IntArrayRef shape,
                  at::ScalarType dtype = at::kFloat);

/// The greatest difference between two tensors of one shape, infinite if one has a NaN.
double difference(const at::Tensor& a, const at::Tensor& b);

/// Whether two tensors are equal to the bit.
bool same_bits(const at::Tensor& a, const at::Tensor& b);

}  // namespace glia::check
