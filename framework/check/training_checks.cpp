// SPDX-License-Identifier: MIT
// Losses and scores of encoders and heads.
#include "check/trial.hpp"
#include "train/metric.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

namespace glia::check {
namespace {

void need_loss(const Trial& trial) {
  if (trial.encoder() && !trial.encoder()->trainable()) throw Skip{"it is not trained"};
}

void loss(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  need_loss(trial);
  const at::Tensor value = trial.loss(trial.rows(8));
  expect(value.defined() && value.dim() == 0, "the loss of a batch has to be one number");
  expect(at::isfinite(value).item<bool>(), "the loss of ordinary rows is NaN or infinite");
}

void loss_seed(const Subject& s) {
  const auto value = [&] {
    const Trial trial(*s.descriptor, {.seed = s.seed});
    need_loss(trial);
    return trial.loss(trial.rows(8), 5);
  };
  expect(same_bits(value(), value()),
         "two instances with the same seed, rows and message number have different losses\ndraw "
         "from 'random' only");
}

void score(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  const at::Tensor y = trial.forward(trial.rows(200));  // so many that some are right
  const at::Tensor scores = trial.head()->score(y, trial.targets(200));
  expect(scores.dim() == 1 && scores.size(0) == 200, "there has to be one score per sample");
  if (trial.head()->metrics().front().unit != "share") return;
  expect(scores.min().item<double>() >= 0 && scores.max().item<double>() <= 1,
         fmt::format("scores lie between {} and {}, not in [0, 1]",
                     text_of(scores.min().item<double>()), text_of(scores.max().item<double>())));
}

void metrics(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  const auto declared = train::metrics_of(*trial.head());
  const at::Tensor y = trial.forward(trial.rows(9)), targets = trial.targets(9);
  const at::Tensor all = trial.head()->measure(y, targets);
  const auto count = static_cast<std::int64_t>(declared.size());
  expect(all.dim() == 2 && all.size(0) == 9 && all.size(1) == count,
         fmt::format("for {} metrics and 9 samples, measure gives a tensor of shape {}", count,
                     c10::str(all.sizes())));
  expect(same_bits(all.select(1, 0), trial.head()->score(y, targets)),
         "the first column that measure gives is not what score gives");
}

void predict(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  const at::Tensor classes = trial.head()->predict(trial.forward(trial.rows(9)));
  if (!classes.defined()) throw Skip{"it names no classes"};
  expect(classes.dim() == 1 && classes.size(0) == 9 && classes.scalar_type() == at::kLong,
         "predict has to name one class per sample, as int64");
  expect(
      classes.min().item<std::int64_t>() >= 0 &&
          (trial.spec().classes == 0 || classes.max().item<std::int64_t>() < trial.spec().classes),
      "predict names classes that do not exist");
}

void fused_loss(const Subject& s) {
  const Trial trial(*s.descriptor, {.dtype = at::kDouble, .seed = s.seed});
  const FusedLoss name = trial.head()->fused_loss();
  if (name == FusedLoss::none) throw Skip{"it names no loss of the engine"};
  expect(trial.parameters().all().empty(), "a head with a loss of the engine has no parameters");
  const at::Tensor x = trial.rows(7), targets = trial.targets(7);
  const at::Tensor own = trial.loss(x);
  const at::Tensor named = name == FusedLoss::cross_entropy
                               ? at::nll_loss(at::log_softmax(x, 1), targets)
                               : (x - targets).square().mean();
  expect(difference(own, named) < 1e-9,
         fmt::format("its own loss is {}, the one that it names {}", text_of(own.item<double>()),
                     text_of(named.item<double>())));
}

void misfit(const Subject& s) {
  const Trial trial(*s.descriptor, {.seed = s.seed});
  SampleSpec other = trial.spec();
  other.classes = other.classes ? 0 : 3;
  other.target_width = other.classes ? 0 : 2;
  for (const auto& spec : {other, trial.spec()}) {
    for (const std::int64_t width : {std::int64_t{1}, trial.in()}) {
      try {
        trial.head()->check(width, spec);
      } catch (const Error& e) {
        expect(e.code() == ErrorCode::shape,
               "what does not fit has to be an Error of code 'shape', not: " + e.message());
      } catch (const std::exception& e) {
        throw Failure{std::string("what does not fit is refused with a mere exception: ") +
                      e.what()};
      }
    }
  }
}

}  // namespace

std::vector<Check> training_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
      {"training-loss", "Training minimises one finite number.", error, plugin, encoders | heads,
       loss},
      {"training-seed", "The same seed gives the same training, to the bit.", error, plugin,
       encoders | heads, loss_seed},
      {"head-score", "The mean score is the accuracy that is published.", error, plugin, heads,
       score},
      {"head-metrics",
       "Results, tables and samplers go by the metrics that a head declares, in their order.",
       error, plugin, heads, metrics},
      {"head-predict", "From the classes a run tells whether it has collapsed.", error, plugin,
       heads, predict},
      {"head-fused-loss", "Training uses the loss that is named, testing the head's own.", error,
       plugin, heads, fused_loss},
      {"head-misfit",
       "A head on the wrong row is a mistake of the file, and has to be told in words.", error,
       plugin, heads, misfit},
  };
}

}  // namespace glia::check
