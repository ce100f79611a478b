// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/metric.hpp>

#include <string>

namespace glia::results {

/// Whether the head says no more than the usual: the share of right answers.
bool is_accuracy(const Metric& metric);

/// "test accuracy", "validation rank error".
std::string metric_label(const std::string& split, const Metric& metric);

/// A value for people: a share in per cent with so many decimals ("97.1 %"), other numbers with
/// four, and their unit.
std::string metric_text(const Metric& metric, double value, int decimals = 1);

/// What heads whose JSON this is (see head_json.hpp) are measured by first.
Metric objective_of_json(const std::string& head);

}  // namespace glia::results
