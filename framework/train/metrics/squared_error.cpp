// SPDX-License-Identifier: MIT
#include "train/metrics/errors.hpp"

namespace glia::train::metrics::squared_error {
namespace {

const Registered<MetricEntry> registered(metric(
    "squared_error", "Mean over samples and targets of the squared difference.", false,
    answers_values,
    [](const Answers& answers) { return errors_of(answers).square().mean().item<double>(); }));

}  // namespace
}  // namespace glia::train::metrics::squared_error
