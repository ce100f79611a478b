// SPDX-License-Identifier: MIT
#include "sweep/results_files.hpp"

#include "config/item_text.hpp"
#include "core/json_text.hpp"
#include "core/sealed_json.hpp"
#include "core/study_mark.hpp"
#include "results/metric_text.hpp"
#include "sweep/best.hpp"
#include "sweep/importances.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/value.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

namespace glia::sweep {
namespace {

using nlohmann::ordered_json;

/// As RFC 4180 says.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

/// Shortest text that reads back to the same number; nothing for an unknown one.
std::string number(double value) {
  if (!std::isfinite(value)) return {};
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

/// Text without quotes, everything else as in TOML.
std::string plain(const PlanAxis& axis, int value) {
  const auto& item = axis.values[static_cast<std::size_t>(value)];
  return item.text() ? *item.text() : axis.texts[static_cast<std::size_t>(value)];
}

/// The columns of the axes: their names, and what a trial has there.
std::string paths_of(const Plan& plan) {
  std::string text;
  for (const auto& axis : plan.axes) text += ',' + csv_field(axis.path);
  return text;
}

std::string values_of(const Plan& plan, std::size_t number) {
  const auto& trial = plan.trials.at(number);
  std::string text;
  for (std::size_t a = 0; a < plan.axes.size(); ++a) {
    text += ',';
    if (trial.values[a] != Trial::unset) text += csv_field(plain(plan.axes[a], trial.values[a]));
  }
  return text;
}

std::string dump(const ordered_json& json) { return json_text(json); }

/// What readers of the files tell apart: a trial under way has no result yet.
const char* public_status(Status status) {
  return status_name(status == Status::running ? Status::pending : status);
}

ordered_json parsed(const HeadOutcome& head) {
  auto json = perhaps_ordered_json(head.json);
  return json.is_object() ? json : ordered_json::object();
}

/// "" where it is unknown or was not measured.
std::string number_in(const ordered_json& json, const std::string& key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_number() ? number(it->get<double>()) : "";
}

/// What the head is measured by first, as its first result says: "test_accuracy".
std::map<std::string, std::string> objectives_of(const Plan& plan, const Store& store) {
  std::map<std::string, std::string> all;
  store.each([&](const Row& row) {
    for (const auto& [id, head] : row.heads) {
      if (!all.contains(id)) all[id] = "test_" + results::objective_of_json(head.json).name;
    }
  });
  for (const auto& head : plan.heads) all.emplace(head, "test_accuracy");
  return all;
}

/// What each head was measured by besides test loss and its objective: "validation_accuracy",
/// "test_balanced_accuracy" ... of all trials, in order.
std::map<std::string, std::set<std::string>> measured_of(
    const Store& store, const std::map<std::string, std::string>& objectives) {
  std::map<std::string, std::set<std::string>> all;
  store.each([&](const Row& row) {
    for (const auto& [id, head] : row.heads) {
      const auto json = parsed(head);
      for (const auto& [key, value] : json.items()) {
        const bool of_split = key.starts_with("test_") || key.starts_with("validation_");
        if (of_split && key != objectives.at(id) && key != "test_loss") all[id].insert(key);
      }
    }
  });
  return all;
}

/// Where the values came from, and what they were to make good.
ordered_json sampler_of(const Plan& plan) {
  ordered_json all{{"name", plan.sampler}};
  if (plan.judge()) {
    all["objective"] = plan.judge()->text();
    all["direction"] = plan.judge()->minimize ? "minimize" : "maximize";
  }
  return all;
}

/// What the data sets' files held, by name: a digest, "" of one without files. One that an axis
/// chooses has several.
ordered_json data_of(const Plan& plan) {
  ordered_json all = ordered_json::object();
  const std::string_view part = data_part;
  for (const auto& [name, digest] : plan.parts) {
    if (name.starts_with(part)) all[name.substr(part.size())] = digest;
  }
  return all;
}

/// What the axes have to do with the objective, where enough is known to say; last member of the
/// whole.
std::string importances_text(const Plan& plan, const Store& store, const std::string& status) {
  if (status == "running" || plan.axes.empty()) return {};
  try {
    const Ranking ranking = rank(plan, store);
    const auto found = importances(observations(plan, ranking));
    if (!found) return {};
    auto axes = ordered_json::array();
    for (std::size_t a = 0; a < plan.axes.size(); ++a) {
      axes.push_back({{"path", plan.axes[a].path}, {"share", found->shares[a]}});
    }
    return ",\"importances\":" + dump({{"objective", ranking.objective.text()},
                                       {"points", ranking.points.size()},
                                       {"explained", found->explained},
                                       {"axes", std::move(axes)}});
  } catch (const Error&) {  // nothing was measured on validation, or of several heads
    return {};
  }
}

}  // namespace

std::string results_csv(const Plan& plan, const Store& store) {
  std::string text = "trial,seed,status" + paths_of(plan);
  const auto objectives = objectives_of(plan, store);
  auto measured = measured_of(store, objectives);
  for (const auto& head : plan.heads) {
    text +=
        ',' + csv_field(head + '.' + objectives.at(head)) + ',' + csv_field(head + ".test_loss");
    for (const auto& metric : measured[head]) text += ',' + csv_field(head + '.' + metric);
  }
  text += ",seconds\n";
  store.each([&](const Row& row) {
    text += std::to_string(row.trial) + ',' + std::to_string(row.seed) + ',' +
            public_status(row.status);
    text += values_of(plan, row.trial);
    for (const auto& id : plan.heads) {
      const auto head = row.heads.find(id);
      const bool known = head != row.heads.end();
      text += ',' + (known ? number(head->second.test_accuracy) : "");
      text += ',' + (known ? number(head->second.test_loss) : "");
      if (measured[id].empty()) continue;
      const auto json = known ? parsed(head->second) : ordered_json::object();
      for (const auto& metric : measured[id]) text += ',' + number_in(json, metric);
    }
    text += ',' + number(row.seconds) + '\n';
  });
  return text;
}

std::string damage_csv(const Plan& plan, const Store& store) {
  std::string text;
  store.each([&](const Row& row) {
    for (const auto& [id, head] : row.heads) {
      if (head.json.find("\"damage\"") == std::string::npos) continue;
      const auto json = read_ordered_json(head.json);
      if (!json.contains("damage")) continue;
      const std::string start = std::to_string(row.trial) + ',' + std::to_string(row.seed) +
                                values_of(plan, row.trial) + ',' + csv_field(id) + ',';
      for (const auto& damage : json.at("damage")) {
        int draw = 0;
        for (const auto& accuracy : damage.at("accuracies")) {
          text += start + damage.at("kind").get<std::string>() + ',' +
                  number(damage.at("level").get<double>()) + ',' + std::to_string(draw++) + ',' +
                  (accuracy.is_null() ? "" : number(accuracy.get<double>())) + '\n';
        }
      }
    }
  });
  if (text.empty()) return text;
  return fmt::format("trial,seed{},head,kind,level,draw,test_accuracy\n{}", paths_of(plan), text);
}

std::string results_json(const Plan& plan, const Store& store, const std::string& id,
                         const std::string& status) {
  auto axes = ordered_json::array();
  std::vector<std::vector<std::string>> values;
  std::vector<std::string> paths;
  for (const auto& axis : plan.axes) {
    auto all = ordered_json::array();
    values.emplace_back();
    for (const auto& value : axis.values) {
      all.push_back(config::json_value(value));
      values.back().push_back(dump(all.back()));
    }
    paths.push_back(dump(axis.path));
    axes.push_back({{"path", axis.path}, {"values", std::move(all)}});
    if (axis.sampled) axes.back()["sampled"] = true;
    if (axis.logarithmic) axes.back()["scale"] = "log";
  }
  // Put together by hand: heads are kept as JSON, and thousands of curves need not be parsed.
  std::string text = fmt::format(
      "{{\"format\":\"glia-sweep/"
      "1\",{}\"id\":{},\"pipeline\":{},\"status\":{},\"sampler\":{},\"data\":{},"
      "\"axes\":{},\"trials\":[",
      plan.mark.empty() ? "" : fmt::format("\"{}\":{},", mark_key, dump(plan.mark)), dump(id),
      dump(plan.pipeline), dump(status), dump(sampler_of(plan)), dump(data_of(plan)), dump(axes));
  const char* separator = "\n";
  store.each([&](const Row& row) {
    text += separator;
    separator = ",\n";
    text += fmt::format("{{\"trial\":{},\"seed\":{},\"status\":\"{}\",\"values\":{{", row.trial,
                        row.seed, public_status(row.status));
    const auto& trial = plan.trials.at(row.trial);
    const char* comma = "";
    for (std::size_t a = 0; a < plan.axes.size(); ++a) {
      if (trial.values[a] == Trial::unset) continue;
      text += fmt::format("{}{}:{}", comma, paths[a],
                          values[a][static_cast<std::size_t>(trial.values[a])]);
      comma = ",";
    }
    text += "},\"heads\":{";
    comma = "";
    for (const auto& [name, head] : row.heads) {
      text += fmt::format("{}{}:{}", comma, dump(name), head.json);
      comma = ",";
    }
    const std::string seconds = number(row.seconds);
    text += fmt::format("}},\"seconds\":{},\"error\":{}}}", seconds.empty() ? "null" : seconds,
                        dump(row.error));
  });
  return sealed_text(text.append("\n]").append(importances_text(plan, store, status)));
}

}  // namespace glia::sweep
