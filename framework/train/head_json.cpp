// SPDX-License-Identifier: MIT
#include "train/head_json.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace glia::train {

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

ordered_json damage_json(const HeadResult& head) {
  ordered_json all = ordered_json::array();
  for (const auto& d : head.damage) {
    all.push_back({{"kind", d.kind}, {"level", d.level}, {"accuracies", d.accuracies}});
  }
  return all;
}

}  // namespace

ordered_json head_json(const HeadResult& head) {
  ordered_json curve = ordered_json::array();
  for (const auto& point : head.curve) {
    curve.push_back({{"epoch", point.epoch},
                     {"train_loss", point.train_loss},
                     {"test_accuracy", point.test_accuracy},
                     {"test_loss", point.test_loss}});
  }
  ordered_json all = {{"test_accuracy", head.test_accuracy},
                      {"test_loss", head.test_loss},
                      {"collapsed", head.collapsed},
                      {"parameters", head.parameters},
                      {"chance", head.chance},
                      {"curve", std::move(curve)}};
  if (!head.rows.empty()) all["rows"] = rows_json(head);
  if (!head.damage.empty()) all["damage"] = damage_json(head);
  return all;
}

}  // namespace glia::train
