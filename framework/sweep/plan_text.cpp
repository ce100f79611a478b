// SPDX-License-Identifier: MIT
#include "config/item_text.hpp"
#include "core/json_text.hpp"
#include "core/json_trouble.hpp"
#include "core/json_whole.hpp"
#include "core/sealed_json.hpp"
#include "core/study_mark.hpp"
#include "sweep/plan.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

namespace glia::sweep {
namespace {

using nlohmann::ordered_json;

constexpr char format[] = "glia-sweep-plan/3";
constexpr std::int64_t most_planned = 10'000'000;

ordered_json sampler_json(const Plan& plan) {
  ordered_json sampler{{"name", plan.sampler}};
  if (plan.objective) {
    sampler["head"] = plan.objective->head;
    sampler["metric"] = plan.objective->metric;
    sampler["minimize"] = plan.objective->minimize;
    sampler["trials"] = plan.expected;
  } else if (plan.judged_by) {
    sampler["judged_by"] = {{"head", plan.judged_by->head},
                            {"metric", plan.judged_by->metric},
                            {"minimize", plan.judged_by->minimize}};
  }
  return sampler;
}

/// Seed, which value on each axis (-1: not set), which shared stages.
ordered_json trial_json(const Trial& trial) {
  ordered_json row = ordered_json::array();
  row.push_back(trial.seed);
  row.push_back(trial.values);
  row.push_back(trial.stages);
  return row;
}

/// Reads a plan of which nothing is believed: what a number counts or points at has to be there.
class PlanReader {
 public:
  explicit PlanReader(const ordered_json& root) : root_(root) {}

  Plan read() {
    plan_.pipeline = root_.at("pipeline");
    if (root_.contains(mark_key)) plan_.mark = root_.at(mark_key);
    plan_.heads = root_.at("heads").get<std::vector<std::string>>();
    if (plan_.heads.empty()) fail("it has no head");
    if (root_.contains("sampler")) sampler(root_.at("sampler"));
    plan_.parts = root_.at("parts").get<std::map<std::string, std::string>>();
    for (const auto& each : root_.at("axes")) axis(each);
    for (const auto& each : root_.at("shared")) stage(each);
    for (const auto& each : root_.at("trials")) trial(each);
    for (const auto& each : plan_.shared) {
      if (each.trial >= plan_.trials.size()) {
        fail(fmt::format("'{}' belongs to trial {}, which is none of them", each.name, each.trial));
      }
    }
    return std::move(plan_);
  }

 private:
  [[noreturn]] static void fail(const std::string& what) { throw Error(ErrorCode::data, what); }

  static std::size_t index(const ordered_json& value, std::size_t size) {
    return static_cast<std::size_t>(json_whole(value, 0, static_cast<std::int64_t>(size) - 1));
  }

  void sampler(const ordered_json& from) {
    plan_.sampler = from.at("name");
    if (const auto by = from.find("judged_by"); by != from.end()) {
      plan_.judged_by = {by->at("head"), by->at("metric"), by->at("minimize")};
    }
    if (!from.contains("metric")) return;
    plan_.objective = {from.at("head"), from.at("metric"), from.at("minimize")};
    plan_.expected = static_cast<std::size_t>(json_whole(from.at("trials"), 0, most_planned));
  }

  void axis(const ordered_json& from) {
    PlanAxis axis{from.at("path"), {}, from.at("values").get<std::vector<std::string>>()};
    for (const auto& text : axis.texts) {
      auto value = config::parse_value(text, {"plan.json", 0, 0});
      if (!value) fail(fmt::format("the axis '{}' has a value that is none", axis.path));
      axis.values.push_back(std::move(*value));
    }
    axis.sampled = from.value("sampled", false);
    axis.logarithmic = from.value("scale", "linear") == "log";
    plan_.axes.push_back(std::move(axis));
  }

  void stage(const ordered_json& from) {
    const auto trial = static_cast<std::size_t>(json_whole(from.at("trial"), 0, most_planned));
    const auto users = static_cast<std::size_t>(json_whole(from.at("users"), 0, most_planned));
    plan_.shared.push_back({.name = from.at("name"),
                            .key = from.at("key"),
                            .trained = from.at("trained"),
                            .trial = trial,
                            .users = users});
  }

  void trial(const ordered_json& from) {
    const ordered_json &values = from.at(1), &stages = from.at(2);
    if (!values.is_array() || values.size() > plan_.axes.size() || !stages.is_array()) {
      fail(fmt::format("trial {} has values of axes that there are not", plan_.trials.size()));
    }
    Trial trial;
    trial.number = plan_.trials.size();
    trial.seed = static_cast<std::uint64_t>(
        json_whole(from.at(0), 0, std::numeric_limits<std::int64_t>::max()));
    for (std::size_t a = 0; a < values.size(); ++a) {
      const auto last = static_cast<std::int64_t>(plan_.axes[a].values.size()) - 1;
      trial.values.push_back(static_cast<int>(json_whole(values[a], Trial::unset, last)));
    }
    trial.values.resize(plan_.axes.size(), Trial::unset);
    for (const auto& each : stages) trial.stages.push_back(index(each, plan_.shared.size()));
    plan_.trials.push_back(std::move(trial));
  }

  const ordered_json& root_;
  Plan plan_;
};

}  // namespace

std::string plan_text(const Plan& plan) {
  ordered_json root{{"format", format}};
  if (!plan.mark.empty()) root[mark_key] = plan.mark;
  root["pipeline"] = plan.pipeline;
  root["heads"] = plan.heads;
  root["sampler"] = sampler_json(plan);
  root["parts"] = plan.parts;
  root["axes"] = ordered_json::array();
  for (const auto& axis : plan.axes) {
    auto& added =
        root["axes"].emplace_back(ordered_json{{"path", axis.path}, {"values", axis.texts}});
    if (axis.sampled) added["sampled"] = true;
    if (axis.logarithmic) added["scale"] = "log";
  }
  root["shared"] = ordered_json::array();
  const bool whole = !plan.objective;
  for (const auto& stage : whole ? plan.shared : std::vector<SharedStage>{}) {
    root["shared"].push_back({{"name", stage.name},
                              {"key", stage.key},
                              {"trained", stage.trained},
                              {"trial", stage.trial},
                              {"users", stage.users}});
  }
  std::string text = json_text(root, 1);
  // One line per trial.
  text.resize(text.rfind('\n'));
  text += ",\n \"trials\": [";
  root["trials"] = ordered_json::array();
  const char* separator = "\n  ";
  for (const auto& trial : whole ? plan.trials : std::vector<Trial>{}) {
    root["trials"].push_back(trial_json(trial));
    text += separator + json_text(root["trials"].back());
    separator = ",\n  ";
  }
  const auto digest = sealed(std::move(root)).at("sha256").get<std::string>();
  return fmt::format("{}\n ],\n \"sha256\": \"{}\"\n}}\n", text, digest);
}

Plan parse_plan(const std::string& text) {
  // The first knew no samplers.
  const ordered_json root =
      parse_format(text, "the plan", format, {"glia-sweep-plan/1", "glia-sweep-plan/2"});
  try {
    return PlanReader(root).read();
  } catch (const Error& e) {
    throw Error(ErrorCode::data, "the plan is damaged: " + e.message());
  } catch (const ordered_json::exception& e) {
    throw Error(ErrorCode::data, "the plan is damaged: " + json_trouble(e));
  }
}

}  // namespace glia::sweep
