// SPDX-License-Identifier: MIT
#include "results/metric_text.hpp"

#include "core/json_text.hpp"
#include "core/text.hpp"
#include "results/results.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace glia::results {

bool is_accuracy(const Metric& metric) {
  return metric.name == "accuracy" && metric.higher_is_better && metric.unit == "share";
}

std::string metric_label(const std::string& split, const Metric& metric) {
  std::string name = metric.name;
  std::replace(name.begin(), name.end(), '_', ' ');
  return split + ' ' + name;
}

std::string metric_text(const Metric& metric, double value, int decimals) {
  if (metric.unit == "share") {
    return rounded(100 * value, decimals) + (std::isfinite(value) ? " %" : "");
  }
  const bool unit = std::isfinite(value) && !metric.unit.empty();
  return rounded(value, 4) + (unit ? ' ' + metric.unit : "");
}

Metric objective_of_json(const std::string& head) {
  Metric first = usual_metrics().front();
  if (head.find("\"metrics\"") == std::string::npos) return first;  // the usual: not worth parsing
  const auto json = perhaps_json(head);
  if (!json.is_object() || !json.contains("metrics") || json["metrics"].empty()) return first;
  const auto& declared = json["metrics"].front();
  first.name = declared.value("name", first.name);
  first.higher_is_better = declared.value("higher_is_better", true);
  first.unit = declared.value("unit", "");
  return first;
}

}  // namespace glia::results
