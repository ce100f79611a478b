// SPDX-License-Identifier: MIT
#pragma once

#include "report/study.hpp"

#include <glia/sdk/metric.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace glia::report {

/// How the numbers of a metric are shown: shares in per cent, everything else as it is.
double drawn(const Metric& metric, double value);
/// "97.10" or "0.1234", without its unit; "n/a" where it is unknown.
std::string number_text(const Metric& metric, double value);
/// "97.10 %", "0.1234 mm".
std::string value_text(const Metric& metric, double value);
/// "test accuracy (%)".
std::string heading_of(const std::string& split, const Metric& metric);
/// "Test accuracy".
std::string name_of(const std::string& split, const Metric& metric);
/// With a large first letter, and spaces for underscores.
std::string capital(std::string text);
/// With its sign and without its unit, in points of per cent for shares: "+1.00".
std::string difference_text(const Metric& metric, double difference);

/// What the head goes by in the first trial that has it.
Metric objective_of(const Study& study, const std::string& head);
/// What all these heads go by; called "objective" where they go by several things.
Metric objective_of(const Study& study, const std::vector<std::string>& heads);

/// What the tables of a study are about: "head" or, where there are policies alone, "policy".
std::string actor_of(const Study& study);

/// A class whose recall or precision points are judged by.
struct JudgedClass {
  bool recall = false;
  std::size_t place = 0;
};

/// What the points of a study are judged by: a number of one head.
struct Judge {
  std::string head, split;  ///< "digit", "validation"
  Metric metric;
  bool chooses = true;  ///< false: nothing but the test split was measured, which chooses nothing

  std::optional<JudgedClass> of_class{};

  double value(const Trial& trial) const;  ///< NaN if it was not measured
  bool better(double a, double b) const { return metric.higher_is_better ? a > b : a < b; }
  std::string label() const { return heading_of(split, metric); }
};

/// The objective of the sampler or, without one, for each head its own: on validation where samples
/// were kept for it, else on test.
std::vector<Judge> judges_of(const Study& study);

/// Trials that differ by their seed alone.
struct JudgedPoint {
  enum class State { finished, pruned, failed, pending };
  State state = State::pending;
  std::vector<const Trial*> trials;  ///< those that give it its state
  std::int64_t number = 0;           ///< of its last trial
  double value = 0;                  ///< median of the trials; NaN if there is none
};

/// In the order in which they were complete.
std::vector<JudgedPoint> judged_points(const Study& study, const Judge& judge);

/// The best of those that finished, or nullptr.
const JudgedPoint* best_of(const std::vector<JudgedPoint>& points, const Judge& judge);

/// "head.digit.train.epochs = 3, ..."; numbers with five digits at most.
std::string setting_text(const Study& study, const std::vector<std::string>& values);
/// A value with five significant digits at most, if it is a number.
std::string short_value(const std::string& value);
/// "sigma" of "network.matrix.pattern.leak.sigma".
std::string short_path(const std::string& path);

}  // namespace glia::report
