// SPDX-License-Identifier: MIT
#include "results/head_json.hpp"

#include "results/class_metric.hpp"
#include "results/metric_text.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <utility>

namespace glia::results {

using nlohmann::ordered_json;

namespace {

ordered_json rows_json(const HeadResult& head) {
  ordered_json steps = ordered_json::array(), cells = steps, epochs = steps;
  for (const auto& row : head.rows) {
    steps.push_back(row.step);
    cells.push_back(row.cells);
  }
  for (const auto& e : head.row_epochs) {
    epochs.push_back({{"epoch", e.epoch}, {"signal", e.signal}, {"gradient", e.gradient}});
  }
  return {{"steps", std::move(steps)}, {"cells", std::move(cells)}, {"epochs", std::move(epochs)}};
}

/// What the head declares, the objective first.
ordered_json metrics_json(const HeadResult& head) {
  ordered_json all = ordered_json::array();
  for (const Metric& metric : head.own_metrics) {
    all.push_back({{"name", metric.name},
                   {"higher_is_better", metric.higher_is_better},
                   {"unit", metric.unit}});
  }
  return all;
}

ordered_json damage_json(const HeadResult& head) {
  ordered_json all = ordered_json::array();
  for (const auto& d : head.damage) {
    all.push_back({{"kind", d.kind}, {"level", d.level}, {"accuracies", d.accuracies}});
  }
  return all;
}

/// What was measured on the samples kept for validation, where there are any.
template <class Measured>
void add_validation(ordered_json& to, const Measured& from, const Metric& objective) {
  if (std::isnan(from.validation_loss) && std::isnan(from.validation_accuracy)) return;
  to["validation_" + objective.name] = from.validation_accuracy;
  to["validation_loss"] = from.validation_loss;
}

/// Of each class the part of its samples that was called so (recall), or the part of the samples
/// called so that is (precision); null where there are none.
ordered_json shares_json(const ConfusionCounts& counts, bool recall) {
  ordered_json all = ordered_json::array();
  for (std::size_t c = 0; c < counts.size(); ++c) {
    const double share = class_share(counts, recall, c);
    all.push_back(std::isnan(share) ? ordered_json(nullptr) : ordered_json(share));
  }
  return all;
}

}  // namespace

ordered_json head_json(const HeadResult& head) {
  const Metric& objective = head.objective();
  const std::string test = "test_" + objective.name;
  ordered_json curve = ordered_json::array();
  for (const auto& point : head.curve) {
    ordered_json entry = {{"epoch", point.epoch},
                          {"train_loss", point.train_loss},
                          {test, point.test_accuracy},
                          {"test_loss", point.test_loss}};
    add_validation(entry, point, objective);
    curve.push_back(std::move(entry));
  }
  ordered_json all = {{test, head.test_accuracy}, {"test_loss", head.test_loss}};
  add_validation(all, head, objective);
  for (const auto& [split, values] : head.metrics) {
    for (const auto& [metric, value] : values) all[split + '_' + metric] = value;
  }
  const bool usual = head.own_metrics.size() == 1 && is_accuracy(objective);
  if (!usual) all["metrics"] = metrics_json(head);
  all["collapsed"] = head.collapsed;
  all["parameters"] = head.parameters;
  if (head.kept_epoch > 0) all["kept_epoch"] = head.kept_epoch;
  all["chance"] = head.chance;
  all["curve"] = std::move(curve);
  if (!head.confusion.empty()) all["confusion"] = head.confusion;
  for (const auto& [split, counts] : head.confusion) {
    all["precision"][split] = shares_json(counts, false);
    all["recall"][split] = shares_json(counts, true);
  }
  if (!head.rows.empty()) all["rows"] = rows_json(head);
  if (!head.damage.empty()) all["damage"] = damage_json(head);
  return all;
}

}  // namespace glia::results
