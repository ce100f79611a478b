// SPDX-License-Identifier: MIT
#pragma once

#include "results/files.hpp"

#include <string>

namespace glia::report {

/// The numbers behind the curves: series,epoch,test_accuracy,train_loss,test_loss,head. The series
/// is the head's place (from 1); instead of accuracy stands what the heads go by ("objective" where
/// they differ). Of heads that are not tested before the end, as policies: validation. Where samples
/// were kept for validation and tested as well, validation_accuracy,validation_loss before the head.
std::string curves_csv(const results::Results& results);

/// The numbers behind the bars: series,metric,test,chance,collapsed,samples,head; samples are empty where
/// nothing was counted.
std::string final_csv(const results::Results& results);

/// Objective and loss over the epochs, of validation too where samples were kept for it, and the final objective of every head, as a file in SVG, 1200
/// wide. Needs at least one head.
std::string run_figure(const results::Results& results, const std::string& title);

/// What the heads go by, which are at least one: its name "objective", its unit "" where they differ.
Metric shared_objective(const results::Results& results);

/// "test split, n = 200 samples": of the heads of a run, where they agree and it is known.
std::string tested_on(const results::Results& results);

}  // namespace glia::report
