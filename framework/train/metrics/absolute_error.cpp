// SPDX-License-Identifier: MIT
#include "train/metrics/errors.hpp"

namespace glia::train::metrics::absolute_error {
namespace {

const Registered<MetricEntry> registered(
    metric("absolute_error", "Mean over samples and targets of the difference without its sign.",
           false, answers_values,
           [](const Answers& answers) { return errors_of(answers).abs().mean().item<double>(); }));

}  // namespace
}  // namespace glia::train::metrics::absolute_error
