// SPDX-License-Identifier: MIT
// Derivatives against central differences, in float64.
#include "check/trial.hpp"

#include <glia/sdk/error.hpp>

#include <torch/csrc/autograd/autograd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace glia::check {
namespace {

/// Something to differentiate, and how to compute it anew after an element was changed.
struct Differentiable {
  std::string name;
  at::Tensor at;
  std::function<double()> value;
};

/// Compares `gradient` with central differences at up to `most` elements, evenly spread.
void compare(const Differentiable& f, const at::Tensor& gradient, std::int64_t most) {
  at::NoGradGuard no_grad;
  double* x = f.at.data_ptr<double>();
  const at::Tensor g = gradient.contiguous();
  const std::int64_t step = std::max<std::int64_t>(1, f.at.numel() / most);
  for (std::int64_t i = 0; i < f.at.numel(); i += step) {
    const double kept = x[i], h = 1e-6 * std::max(1.0, std::abs(kept));
    x[i] = kept + h;
    const double above = f.value();
    x[i] = kept - h;
    const double below = f.value();
    x[i] = kept;
    const double wanted = (above - below) / (2 * h), found = g.data_ptr<double>()[i];
    const double allowed = 1e-6 + 1e-4 * std::max(std::abs(wanted), std::abs(found));
    expect(std::abs(wanted - found) <= allowed,
           fmt::format("the derivative by element {} of {} is {}, but central differences give {}",
                       i, f.name, text_of(found), text_of(wanted)));
  }
}

/// The answer to `x` as one number: weighted at random, so that no two errors cancel.
at::Tensor probe(const Trial& trial, const at::Tensor& x, std::uint64_t seed) {
  const at::Tensor y = trial.forward(x);
  return (y * normal(seed, "check/probe", y.sizes(), at::kDouble)).sum();
}

void compare_all(const Trial& trial, const at::Tensor& x,
                 const std::function<at::Tensor()>& value) {
  std::vector<at::Tensor> inputs{x};
  for (const auto& [name, p] : trial.parameters().all()) inputs.push_back(p);
  const at::Tensor y = value();
  if (!y.requires_grad()) throw Failure{"the answer has no gradient at all"};
  const auto gradients = torch::autograd::grad({y}, inputs, {}, c10::nullopt, false, true);
  const auto number = [&] { return value().item<double>(); };
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string name =
        i == 0 ? "the rows" : fmt::format("parameter '{}'", trial.parameters().all()[i - 1].first);
    const at::Tensor g = gradients[i].defined() ? gradients[i] : at::zeros_like(inputs[i]);
    compare({name, inputs[i], number}, g, 40);
  }
}

void gradient(const Subject& s) {
  const Trial trial(*s.descriptor, {.dtype = at::kDouble, .seed = s.seed});
  const at::Tensor x = trial.rows(2).set_requires_grad(true);
  compare_all(trial, x, [&] { return probe(trial, x, s.seed); });
}

void loss_gradient(const Subject& s) {
  const Trial trial(*s.descriptor, {.dtype = at::kDouble, .seed = s.seed});
  const at::Tensor x = trial.rows(3).set_requires_grad(true);
  compare_all(trial, x, [&] { return trial.loss(x); });
}

/// What training minimises: the loss, where there is one.
at::Tensor objective(const Trial& trial, const at::Tensor& x, std::uint64_t message,
                     std::uint64_t seed) {
  if (!trial.is_step()) return trial.loss(x, message);
  const at::Tensor y = trial.forward(x, true, message);
  return (y * normal(seed, "check/probe", y.sizes())).sum();
}

void parameters(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  if (trial.encoder() && !trial.encoder()->trainable()) throw Skip{"it is not trained"};
  if (trial.parameters().all().empty()) throw Skip{"it has no parameters"};
  std::vector<at::Tensor> all;
  std::vector<bool> moved(trial.parameters().all().size());
  for (const auto& [name, p] : trial.parameters().all()) all.push_back(p);
  for (std::uint64_t message = 0; message < 3; ++message) {
    const at::Tensor y = objective(trial, trial.rows(16, message), message, s.seed);
    if (!y.requires_grad()) continue;
    const auto gradients = torch::autograd::grad({y}, all, {}, c10::nullopt, false, true);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (gradients[i].defined() && gradients[i].count_nonzero().item<std::int64_t>() > 0) {
        moved[i] = true;
      }
    }
  }
  std::string still;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!moved[i])
      still += fmt::format("{}{}'", still.empty() ? "'" : ", '", trial.parameters().all()[i].first);
  }
  expect(still.empty(), fmt::format("training never moves {}: no gradient reaches it", still));
}

void gradient_finite(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  for (const char* name : {"zeros", "ones", "equal cells"}) {
    const std::string which = name;
    at::Tensor x = which == "zeros" ? at::zeros_like(trial.rows(2)) : at::ones_like(trial.rows(2));
    if (which == "equal cells") x.mul_(0.5);
    x.set_requires_grad(true);
    const at::Tensor y = trial.forward(x).sum();
    if (!y.requires_grad()) continue;
    std::vector<at::Tensor> inputs{x};
    for (const auto& [parameter, p] : trial.parameters().all()) inputs.push_back(p);
    for (const auto& g : torch::autograd::grad({y}, inputs, {}, c10::nullopt, false, true)) {
      expect(!g.defined() || at::isfinite(g).all().item<bool>(),
             which + " give a derivative with NaN or infinity, though the answer is finite");
    }
  }
}

}  // namespace

std::vector<Check> gradient_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
      {"gradient-differences",
       "Training follows the derivative: where it is wrong, training goes somewhere else.", error,
       plugin, networks, gradient},
      {"gradient-parameters",
       "A parameter that gets no gradient is counted, saved and drawn, and never learns.", error,
       plugin, networks, parameters},
      {"gradient-finite",
       "Cells often rest at zero: one division by zero in the derivative turns all weights to NaN.",
       error, plugin, networks, gradient_finite},
      {"gradient-loss", "The head's loss is where every derivative of a training starts.", error,
       plugin, heads, loss_gradient},
  };
}

}  // namespace glia::check
