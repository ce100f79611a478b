// SPDX-License-Identifier: MIT
#include "networks.hpp"

#include "compile/matrix.hpp"
#include "compile/modes.hpp"

#include <glia/sdk/random.hpp>

#include <array>
#include <span>

namespace bench {

using namespace glia;

namespace {

class Step final : public StencilLayer {
 public:
  Step(Stencil stencil, Bias bias, StencilInit init)
      : stencil_(std::move(stencil)), bias_(bias), init_(init) {}
  Stencil stencil(std::int64_t) const override { return stencil_; }
  Bias bias() const override { return bias_; }
  StencilInit init() const override { return init_; }

 private:
  Stencil stencil_;
  Bias bias_;
  StencilInit init_;
};

wave::NetworkStep wave_step(const char* name, Stencil stencil, bool published) {
  return {name,
          std::make_shared<Step>(std::move(stencil), published ? Bias::compounding : Bias::additive,
                                 published ? StencilInit::row_width : StencilInit::fan_in),
          {}};
}

wave::NetworkStep activation(FusedActivation a) {
  return {std::string(wave::name_of(a)), nullptr, a};
}

}  // namespace

std::int64_t NetworkUnderTest::taps() const {
  std::int64_t count = 0, width = in;
  for (const auto& step : steps) {
    if (!step.layer) continue;
    const Stencil s = static_cast<const StencilLayer&>(*step.layer).stencil(width);
    count += s.tap_count();
    width = s.out;
  }
  return count;
}

std::int64_t NetworkUnderTest::exponentials() const {
  std::int64_t count = 0, width = in;
  for (const auto& step : steps) {
    if (step.layer) {
      width = step.layer->out_width(width);
    } else if (!step.skip_from) {
      count += width;
    }
  }
  return count;
}

NetworkUnderTest published() {
  NetworkUnderTest network{"published", 20, 10, {}};
  for (std::int64_t n = 20; n >= 12; n -= 2) {
    network.steps.push_back(
        wave_step("gather", Stencil::band(n, n - 2, {-1, 0, 1}, Boundary::ring, n - 2), true));
    network.steps.push_back(
        wave_step("slide", Stencil::band(n - 2, n - 2, {-1, 0, 1}, Boundary::ring), true));
    if (n > 12) network.steps.push_back(activation(FusedActivation::softmax));
  }
  return network;
}

NetworkUnderTest talk() { return talk("talk", FusedActivation::elu); }

NetworkUnderTest talk(const char* name, const wave::ActivationOp& response) {
  const wave::NetworkStep step{.name = name, .activation = response};
  NetworkUnderTest network{name, 20, 10, {}};
  for (std::int64_t n = 20; n < 30; n += 2) {
    network.steps.push_back(wave_step("spread", Stencil::band(n, n + 2, {-2, -1, 0}), false));
    network.steps.push_back(step);
  }
  for (std::int64_t n = 30; n > 10; n -= 2) {
    network.steps.push_back(wave_step("gather", Stencil::band(n, n - 2, {0, 1, 2}), false));
    if (n > 12) network.steps.push_back(step);
  }
  return network;
}

NetworkUnderTest best_large() {
  NetworkUnderTest network{"best_large", 20, 10, {}};
  std::int64_t width = 20;
  const auto wave = [&](const char* name, std::int64_t out, Bias bias) {
    const auto first = static_cast<int>((width - out) / 2 - 1);
    network.steps.push_back(
        {name,
         std::make_shared<Step>(Stencil::band(width, out, {first, first + 1, first + 2}), bias,
                                StencilInit::fan_in),
         {}});
    width = out;
  };
  const auto pass = [&](const char* name, std::int64_t out) {
    const std::size_t first = network.steps.size();
    wave(name, out, Bias::none);
    for (const Bias bias : {Bias::none, Bias::none, Bias::additive}) wave("slide", out, bias);
    network.steps.push_back(activation(FusedActivation::elu));
    network.steps.push_back({.name = "skip", .skip_from = first});
  };
  while (width < 26) pass("spread", width + 2);
  for (int k = 0; k < 4; ++k) pass("slide", width);
  while (width > 12) pass("gather", width - 2);
  wave("gather", width - 2, Bias::additive);
  wave("slide", width, Bias::additive);
  return network;
}

NetworkUnderTest stack(std::int64_t rows, std::int64_t width) {
  NetworkUnderTest network{"stack", width, width, {}};
  for (std::int64_t r = 0; r < rows; ++r) {
    network.steps.push_back(wave_step("slide", Stencil::band(width, width, {-1, 0, 1}), false));
    if (r + 1 < rows) network.steps.push_back(activation(FusedActivation::elu));
  }
  return network;
}

NetworkUnderTest compiled(bool strict) {
  compile::DenseNetwork network;
  RandomStream random(1, "bench/compiled", 0);
  const std::array<std::int64_t, 3> widths{20, 128, 10};
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    compile::DenseLayer layer;
    layer.in = widths[l];
    layer.out = widths[l + 1];
    layer.weight.resize(static_cast<std::size_t>(layer.in * layer.out));
    layer.bias.resize(static_cast<std::size_t>(layer.out));
    random.normal(std::span<double>(layer.weight));
    random.normal(std::span<double>(layer.bias));
    layer.response.name = l == 0 ? "relu" : "identity";
    network.layers.push_back(std::move(layer));
  }
  compile::Drawn drawn = Registry<compile::ModeEntry>::all().at("exchange").draw(network, 0, {});
  const compile::Matrix matrix = compile::make_matrix(network, drawn, 0);
  NetworkUnderTest made{strict ? "compiled, strict" : "compiled", 20, 10, {}};
  for (std::size_t r = 0; r < matrix.rows.size(); ++r) {
    const compile::MatrixRow& row = matrix.rows[r];
    const auto first = static_cast<int>(row.offset());
    const bool last = r + 1 == matrix.rows.size();
    made.steps.push_back(
        {row.wave(),
         std::make_shared<Step>(Stencil::band(row.in, row.out, {first, first + 1, first + 2}),
                                strict || row.has_bias() ? Bias::additive : Bias::none,
                                StencilInit::fan_in),
         {}});
    if (strict ? !last : matrix.layer_after(r) == 0) {
      made.steps.push_back(activation(FusedActivation::relu));
    }
  }
  return made;
}

Latents make_latents(std::int64_t width, std::int64_t classes) {
  constexpr std::int64_t n = 60000;
  Latents latents{at::empty({n, width}), at::empty({n, width}), at::empty({n}, at::kLong)};
  RandomStream random(1, "bench/latents", 0);
  const auto all = [](const at::Tensor& t) {
    return std::span(t.data_ptr<float>(), static_cast<std::size_t>(t.numel()));
  };
  random.normal(all(latents.mean));
  random.uniform(all(latents.deviation), 0.05f, 0.3f);
  for (std::int64_t i = 0; i < n; ++i) {
    latents.labels.data_ptr<std::int64_t>()[i] =
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(classes)));
  }
  return latents;
}

}  // namespace bench
