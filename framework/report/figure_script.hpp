// SPDX-License-Identifier: MIT
#pragma once

#include "results/files.hpp"

#include <string>

namespace glia::report {

/// The numbers behind the curves: series,epoch,test_accuracy,train_loss,test_loss,head. The series
/// is the head's place (from 1), by which the script finds its lines whatever the head is called.
std::string curves_csv(const results::Results& results);

/// A gnuplot script that reads curves.csv and draws figure.png and figure.svg, all in its own
/// folder. Needs at least one head. Texts of users stand in it as string literals of harmless
/// characters.
std::string figure_script(const results::Results& results, const std::string& title);

}  // namespace glia::report
