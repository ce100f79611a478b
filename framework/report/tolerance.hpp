// SPDX-License-Identifier: MIT
// A share of samples that are right tells little without what is right: of a head with a `tolerance`
// it is said wherever people read, and left out where programs do.
#pragma once

#include "report/settings.hpp"
#include "report/study.hpp"

#include <glia/sdk/metric.hpp>

#include <string>

namespace glia::report {

/// "accuracy" of "accuracy within 0.01": what files call it.
std::string key_of(const Metric& metric);
/// "rank error", "accuracy within 0.01": what people call it.
std::string title_of(const Metric& metric);

/// Calls the objective of heads that have a tolerance, by these settings or as an axis, "accuracy
/// within 0.01".
void name_tolerances(Study& study, const Settings& settings);
/// The same of the results of a run whose folder this is; as they are where it has no settings.
results::Results with_tolerances(results::Results results, const std::filesystem::path& folder);

}  // namespace glia::report
