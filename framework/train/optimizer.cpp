// SPDX-License-Identifier: MIT
#include "train/optimizer.hpp"

#include "wave/kernels.hpp"

#include <glia/sdk/error.hpp>

#include <torch/types.h>

namespace glia::train {
namespace {

class Adam final : public Optimizer {
 public:
  Adam(double learning_rate, double epsilon, NamedTensors parameters)
      : learning_rate_(learning_rate), epsilon_(epsilon), parameters_(std::move(parameters)) {
    steps_ = at::zeros({1}, at::kLong);
    for (const auto& [name, p] : parameters_) {
      first_.push_back(at::zeros(p.sizes(), p.options().requires_grad(false)));
      second_.push_back(at::zeros(p.sizes(), p.options().requires_grad(false)));
    }
  }

  void step(const std::vector<at::Tensor>& gradients) override {
    const wave::AdamRates rates(learning_rate_, epsilon_,
                                static_cast<double>(++*steps_.data_ptr<std::int64_t>()));
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      if (!gradients[i].defined()) continue;
      const at::Tensor gradient = gradients[i].contiguous();
      AT_DISPATCH_FLOATING_TYPES(gradient.scalar_type(), "adam", [&] {
        wave::kernels<scalar_t>().adam(
            gradient.numel(), rates, gradient.data_ptr<scalar_t>(), first_[i].data_ptr<scalar_t>(),
            second_[i].data_ptr<scalar_t>(), parameters_[i].second.data_ptr<scalar_t>());
      });
    }
  }

  void set_learning_rate(double learning_rate) override { learning_rate_ = learning_rate; }

  NamedTensors state() const override {
    NamedTensors all = {{"steps", steps_}};
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      all.emplace_back("first." + parameters_[i].first, first_[i]);
      all.emplace_back("second." + parameters_[i].first, second_[i]);
    }
    return all;
  }

 private:
  double learning_rate_, epsilon_;
  NamedTensors parameters_;
  at::Tensor steps_;
  std::vector<at::Tensor> first_, second_;  // running moments of the gradient
};

class GradientDescent final : public Optimizer {
 public:
  GradientDescent(double learning_rate, NamedTensors parameters)
      : learning_rate_(learning_rate), parameters_(std::move(parameters)) {}

  void step(const std::vector<at::Tensor>& gradients) override {
    at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      if (gradients[i].defined()) parameters_[i].second.sub_(gradients[i], learning_rate_);
    }
  }

  void set_learning_rate(double learning_rate) override { learning_rate_ = learning_rate; }

  NamedTensors state() const override { return {}; }

 private:
  double learning_rate_;
  NamedTensors parameters_;
};

}  // namespace

Optimizer::~Optimizer() = default;

std::unique_ptr<Optimizer> make_optimizer(const config::TrainSpec& train, NamedTensors parameters) {
  if (train.optimizer == "adam") {
    return std::make_unique<Adam>(train.learning_rate, train.epsilon, std::move(parameters));
  }
  if (train.optimizer == "sgd") {
    return std::make_unique<GradientDescent>(train.learning_rate, std::move(parameters));
  }
  throw Error(ErrorCode::configuration, "unknown optimizer '" + train.optimizer + "'",
              "use 'adam' or 'sgd'");
}

}  // namespace glia::train
