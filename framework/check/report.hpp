// SPDX-License-Identifier: MIT
#pragma once

#include "check/runner.hpp"

#include <string>
#include <vector>

namespace glia::check {

/// "passed", "failed", "skipped", "unseen", "crashed", "timed_out".
const char* status_name(Status status);

/// One finding as a line, its detail and how to repeat it below; "" for what is
/// in order, unless `all`.
std::string finding_text(const Finding& finding, bool all);

/// "41 checks passed, 1 failed, 3 skipped (seed 1)".
std::string summary_text(const std::vector<Finding>& findings, std::uint64_t seed);

/// {"file", "seed", "ok", "counts": {status: n},
///  "checks": [{"id", "group", "severity", "subject", "status", "detail", "why", "seconds",
///              "repeat"}]}
std::string findings_json(const std::string& file, const std::vector<Finding>& findings,
                          std::uint64_t seed, bool ok);

/// JUnit's XML: one suite per subject. A bad finding of a mere warning is a note in the output.
std::string findings_junit(const std::string& file, const std::vector<Finding>& findings);

/// Every check with its severity, what it applies to and why it matters.
std::string list_text();
std::string list_json();

}  // namespace glia::check
