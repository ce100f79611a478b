// SPDX-License-Identifier: MIT
// Derivatives against central differences, in float64.
#include "check/trial.hpp"

#include <glia/sdk/encoder.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/gradient_parts.hpp>

#include <torch/csrc/autograd/autograd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <mutex>
#include <optional>

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

/// Gradients in the shapes of the parameters, of a batch whose draws are the same every time. What they hold
/// before is of no number, as they are to be written, not added to.
struct ByHand {
  const Trial& trial;
  std::vector<at::Tensor> gradients;
  at::Tensor x = trial.rows(16);

  explicit ByHand(const Trial& t) : trial(t) {
    for (const auto& [name, p] : trial.parameters().all()) {
      gradients.push_back(at::full(p.sizes(), NAN, p.options()));
    }
  }

  RandomStream draws() const { return {1, "check/by-hand", 0}; }

  std::optional<double> find() {
    RandomStream random = draws();
    return trial.encoder()->gradients(x, random, gradients);
  }
  /// By parts; nothing where the encoder cannot.
  std::optional<double> find(GradientListener& listener) {
    auto* const encoder = dynamic_cast<GradientByParts*>(trial.encoder());
    RandomStream random = draws();
    return encoder ? encoder->gradients_by_parts(x, random, gradients, listener) : std::nullopt;
  }
};

/// Hears nothing.
class Deaf final : public GradientListener {
 public:
  void loss(double) override {}
  void found(const float*, std::int64_t) override {}
};

void by_hand(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  if (!trial.encoder()->trainable()) throw Skip{"it is not trained"};
  ByHand found(trial);
  Deaf deaf;
  const char* which = "'gradients'";
  std::optional<double> sum = found.find();
  if (!sum) {
    which = "'gradients_by_parts'";
    sum = found.find(deaf);
  }
  if (!sum) throw Skip{"the host differentiates its loss"};
  RandomStream random = found.draws();
  const at::Tensor loss = trial.encoder()->loss(found.x, random);
  const double wanted_sum = loss.item<double>();
  expect(std::abs(*sum - wanted_sum) <= 1e-4 * (1 + std::abs(wanted_sum)),
         fmt::format("{} says a loss of {}, 'loss' one of {}", which, text_of(*sum),
                     text_of(wanted_sum)));
  std::vector<at::Tensor> all;
  for (const auto& [name, p] : trial.parameters().all()) all.push_back(p);
  const auto wanted = torch::autograd::grad({loss}, all, {}, c10::nullopt, false, true);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string& name = trial.parameters().all()[i].first;
    const at::Tensor w = wanted[i].defined() ? wanted[i] : at::zeros_like(all[i]);
    expect(at::isfinite(found.gradients[i]).all().item<bool>(),
           fmt::format("{} does not write all of the gradient of '{}', or adds to what was there",
                       which, name));
    const double off = (found.gradients[i] - w).abs().max().item<double>(),
                 size = w.abs().max().item<double>();
    expect(off <= 1e-6 + 1e-3 * size,
           fmt::format("{} is off by {} for parameter '{}', whose gradient is {} at most", which,
                       text_of(off), name, text_of(size)));
  }
}

/// What an encoder tells of its gradient; the parameters of every part become NaN at once, as they may change.
class Told final : public GradientListener {
 public:
  explicit Told(const ByHand& of) : of_(of) {
    for (const at::Tensor& g : of.gradients) told_.push_back(at::zeros(g.sizes(), at::kInt));
  }

  void loss(double sum) override { sums_.push_back(sum); }

  void found(const float* first, std::int64_t count) override {
    const std::lock_guard lock(mutex_);
    at::NoGradGuard no_grad;
    early_ = early_ || sums_.empty();
    parts_ += 1;
    if (count == 0) return;
    for (std::size_t i = 0; i < told_.size(); ++i) {
      const std::int64_t at = first - of_.gradients[i].data_ptr<float>(), all = told_[i].numel();
      if (at < 0 || count < 0 || at > all || count > all - at) continue;
      told_[i].view(-1).narrow(0, at, count).add_(1);
      of_.trial.parameters().all()[i].second.view(-1).narrow(0, at, count).fill_(NAN);
      return;
    }
    stray_ = true;
  }

  bool anything() const { return !sums_.empty() || parts_ > 0; }

  void judge(std::optional<double> returned) const {
    expect(!early_, "it tells of a gradient before the loss");
    expect(sums_.size() == 1, fmt::format("it tells the loss {} times, not once", sums_.size()));
    expect(returned.has_value(), "it tells of the batch, and then returns nothing");
    expect(sums_[0] == *returned, fmt::format("it tells a loss of {} and returns {}",
                                              text_of(sums_[0]), text_of(*returned)));
    expect(!stray_, "it tells of numbers that are not those of one of the gradients");
    for (std::size_t i = 0; i < told_.size(); ++i) {
      expect((told_[i] == 1).all().item<bool>(),
             fmt::format("it does not tell each number of the gradient of '{}' once",
                         of_.trial.parameters().all()[i].first));
    }
  }

 private:
  const ByHand& of_;
  std::mutex mutex_;
  std::vector<at::Tensor> told_;
  std::vector<double> sums_;
  int parts_ = 0;
  bool early_ = false, stray_ = false;
};

void by_parts(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  if (!dynamic_cast<GradientByParts*>(trial.encoder())) {
    throw Skip{"it tells its gradient as a whole"};
  }
  ByHand whole(trial), parts(trial);
  const auto sum = whole.find();
  Told told(parts);
  const auto found = parts.find(told);
  if (!found && !told.anything()) throw Skip{"it told nothing"};
  told.judge(found);
  if (!sum) return;  // what it told has been held against its loss by gradient-by-hand
  expect(*found == *sum, "'gradients_by_parts' has another loss than 'gradients'");
  for (std::size_t i = 0; i < parts.gradients.size(); ++i) {
    expect(
        at::equal(parts.gradients[i], whole.gradients[i]),
        fmt::format("the gradient of '{}' by parts differs from the whole one: is a parameter read "
                    "after its part was told?",
                    trial.parameters().all()[i].first));
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
      {"gradient-by-hand", "A gradient that was worked out by hand must be that of the loss.",
       error, plugin, encoders, by_hand},
      {"gradient-by-parts",
       "Parameters change as soon as their part of the gradient is told, and never if it is not.",
       error, plugin, encoders, by_parts},
  };
}

}  // namespace glia::check
