// SPDX-License-Identifier: MIT
#include "check/trial.hpp"

#include "plugin/example.hpp"

#include <glia/sdk/activation.hpp>
#include <glia/sdk/error.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

namespace glia::check {
namespace {

/// Ten classes, or as many as the row has cells for heads, or real-valued targets.
std::vector<SampleSpec> specs(PluginKind kind, std::int64_t width) {
  if (kind == PluginKind::head) {
    return {{{width}, width, 0, {}},
            {{width}, 0, width, {}},
            {{width}, 0, 1, {}},
            {{width}, 2, 0, {}},
            {{width}, 10, 0, {}}};
  }
  std::vector<SampleSpec> all{{{width}, 10, 0, {}}};
  for (std::int64_t side = 2; side * side <= width; ++side) {
    if (side * side == width) all.push_back({{side, side}, 10, 0, {}});
  }
  return all;
}

/// Whether the call goes through; false if it throws an Error (shape).
template <class Call>
bool fits(Call call) {
  try {
    call();
    return true;
  } catch (const Error& e) {
    if (e.code() == ErrorCode::shape) return false;
    throw;
  }
}

std::optional<SampleSpec> fitting_spec(const Descriptor& d, const ValueMap& values,
                                       std::int64_t width) {
  for (auto& spec : specs(d.kind, width)) {
    if (d.kind == PluginKind::head) {
      const auto head = d.make_head(values);
      if (fits([&] { head->check(width, spec); })) return spec;
    } else {
      const auto encoder = d.make_encoder(values);
      if (fits([&] { encoder->out_width(spec); })) return spec;
    }
  }
  return std::nullopt;
}

}  // namespace

bool takes(const Descriptor& d, std::int64_t width) {
  const ValueMap values = plugin::example_values(d);
  if (d.kind == PluginKind::activation) return width >= 1;
  if (d.kind == PluginKind::wave_layer) {
    const auto layer = d.make_wave_layer(values);
    return fits([&] { layer->out_width(width); });
  }
  return fitting_spec(d, values, width).has_value();
}

const std::vector<std::int64_t>& candidate_widths() {
  static const std::vector<std::int64_t> all = [] {
    std::vector<std::int64_t> widths;
    for (std::int64_t width = 1; width <= 128; ++width) widths.push_back(width);
    for (std::int64_t side = 12; side <= 32; ++side) widths.push_back(side * side);
    for (const std::int64_t width : {150, 160, 192, 200, 240, 250, 300, 500, 512, 600, 800, 1000}) {
      widths.push_back(width);
    }
    return widths;
  }();
  return all;
}

std::vector<std::int64_t> widths_near(const Descriptor& d,
                                      const std::vector<std::int64_t>& wanted) {
  std::vector<std::int64_t> taken, chosen;
  bool all = true;
  for (const auto width : wanted) {
    if (!takes(d, width)) all = false;
  }
  if (all) return wanted;
  for (const auto width : candidate_widths()) {
    if (takes(d, width)) taken.push_back(width);
  }
  if (taken.empty()) {
    throw Unseen{
        "it takes no row of a width that the kit tries (1 to 1024 cells)\ngive it "
        "parameters with which it does: glia plugin check FILE NAME=VALUE"};
  }
  for (const auto width : wanted) {
    const auto near = *std::min_element(taken.begin(), taken.end(), [&](auto a, auto b) {
      return std::abs(a - width) < std::abs(b - width);
    });
    if (std::find(chosen.begin(), chosen.end(), near) == chosen.end()) chosen.push_back(near);
  }
  return chosen;
}

std::int64_t usual_width(const Descriptor& d) {
  for (const std::int64_t width : {12, 10, 16, 8, 20, 4, 9, 7, 2, 1, 32, 64, 256, 784}) {
    if (takes(d, width)) return width;
  }
  return widths_near(d, {12}).front();
}

SampleSpec spec_of(const Descriptor& d, std::int64_t width) {
  if (d.kind != PluginKind::encoder && d.kind != PluginKind::head) return {{width}, 10};
  if (const auto spec = fitting_spec(d, plugin::example_values(d), width)) return *spec;
  throw Skip{"the plugin does not take rows of " + std::to_string(width)};
}

Trial::Trial(const Descriptor& d, const Setup& setup)
    : seed_(setup.seed),
      dtype_(setup.dtype),
      in_(setup.width ? setup.width : usual_width(d)),
      parameters_(setup.seed, "check", setup.dtype) {
  const ValueMap values = setup.values.empty() ? plugin::example_values(d) : setup.values;
  spec_ = spec_of(d, in_);
  if (d.kind == PluginKind::wave_layer) {
    layer_ = d.make_wave_layer(values);
    network_.emplace(in_, std::vector<wave::NetworkStep>{{d.id, layer_, {}}}, parameters_);
    out_ = network_->out();
  } else if (d.kind == PluginKind::activation) {
    wave::ActivationOp own(std::shared_ptr<const Activation>(d.make_activation(values)));
    own.kernel = FusedActivation::none;
    network_.emplace(in_, std::vector<wave::NetworkStep>{{.name = d.id, .activation = own}},
                     parameters_);
    out_ = in_;
  } else if (d.kind == PluginKind::encoder) {
    encoder_ = d.make_encoder(values);
    out_ = encoder_->out_width(spec_);
    encoder_->build(spec_, parameters_);
    if (setup.fit && encoder_->fitted()) fit();
  } else if (d.kind == PluginKind::head) {
    head_ = d.make_head(values);
    head_->check(in_, spec_);
    head_->build(in_, parameters_);
  } else {
    throw Skip{"a dataset turns no tensors into tensors"};
  }
}

/// More samples than most have numbers, which follow from the seed, in place of training data.
void Trial::fit() const {
  class Inputs final : public TrainingInputs {
   public:
    explicit Inputs(at::Tensor all) : all_(std::move(all)) {}
    std::int64_t size() const override { return all_.size(0); }
    at::Tensor read(std::int64_t first, std::int64_t count) const override {
      return all_.narrow(0, first, count).clone();
    }

   private:
    at::Tensor all_;
  };
  constexpr std::int64_t samples = 200;
  constexpr std::uint64_t training = 1000;  // no other message
  at::NoGradGuard no_grad;
  encoder_->fit(Inputs(rows(samples, training)));
}

at::Tensor Trial::forward(const at::Tensor& x, bool training, std::uint64_t message) const {
  if (network_) {
    RandomStream random(seed_, "check/forward", message);
    ForwardContext context{training, &random};
    return network_->forward(x, context);
  }
  if (head_) return head_->forward(x);
  const Latent latent = encoder_->encode(x);
  if (!latent.log_variance.defined()) return latent.mean;
  expect(latent.log_variance.sizes() == latent.mean.sizes(),
         "mean and log_variance have different shapes");
  return at::cat({latent.mean, latent.log_variance}, 1);
}

at::Tensor Trial::targets(std::int64_t batch) const {
  if (spec_.classes > 0) {
    at::Tensor labels = at::empty({batch}, at::kLong);
    RandomStream random(seed_, "check/labels", 0);
    for (std::int64_t i = 0; i < batch; ++i) {
      labels.data_ptr<std::int64_t>()[i] =
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(spec_.classes)));
    }
    return labels;
  }
  return normal(seed_, "check/values", {batch, spec_.target_width}, dtype_);
}

at::Tensor Trial::loss(const at::Tensor& x, std::uint64_t message) const {
  if (head_) return head_->loss(head_->forward(x), targets(x.size(0)));
  RandomStream random(seed_, "check/loss", message);
  return encoder_->loss(x, random);
}

at::Tensor Trial::rows(std::int64_t batch, std::uint64_t message) const {
  const std::string name = "check/rows/" + std::to_string(message);
  at::Tensor x = normal(seed_, name, {batch, in_}, dtype_);
  return encoder_ ? at::sigmoid(x) : x;
}

at::Tensor normal(std::uint64_t seed, const std::string& name, at::IntArrayRef shape,
                  at::ScalarType dtype) {
  at::Tensor t = at::empty(shape, at::kDouble);
  RandomStream random(seed, name, 0);
  random.normal(std::span(t.data_ptr<double>(), static_cast<std::size_t>(t.numel())));
  return t.to(dtype);
}

double difference(const at::Tensor& a, const at::Tensor& b) {
  if (a.sizes() != b.sizes()) return std::numeric_limits<double>::infinity();
  if (a.numel() == 0) return 0;
  const double d =
      (a.detach().to(at::kDouble) - b.detach().to(at::kDouble)).abs().max().item<double>();
  return d == d ? d : std::numeric_limits<double>::infinity();
}

bool same_bits(const at::Tensor& a, const at::Tensor& b) {
  if (a.sizes() != b.sizes() || a.scalar_type() != b.scalar_type()) return false;
  const at::Tensor x = a.detach().contiguous(), y = b.detach().contiguous();
  return std::memcmp(x.data_ptr(), y.data_ptr(), x.nbytes()) == 0;
}

}  // namespace glia::check
