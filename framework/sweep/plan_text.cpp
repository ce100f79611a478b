// SPDX-License-Identifier: MIT
#include "config/item_text.hpp"
#include "sweep/plan.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

namespace glia::sweep {
namespace {

constexpr char format[] = "glia-sweep-plan/2";
constexpr char before[] = "glia-sweep-plan/1";  // which knew no samplers

nlohmann::ordered_json sampler_json(const Plan& plan) {
  nlohmann::ordered_json sampler{{"name", plan.sampler}};
  if (plan.objective) {
    sampler["head"] = plan.objective->head;
    sampler["metric"] = plan.objective->metric;
    sampler["minimize"] = plan.objective->minimize;
    sampler["trials"] = plan.expected;
  }
  return sampler;
}

void read_sampler(const nlohmann::json& sampler, Plan& plan) {
  plan.sampler = sampler.at("name");
  if (!sampler.contains("metric")) return;
  plan.objective = {sampler.at("head"), sampler.at("metric"), sampler.at("minimize")};
  plan.expected = sampler.at("trials");
}

}  // namespace

std::string plan_text(const Plan& plan) {
  using nlohmann::ordered_json;
  ordered_json root{{"format", format}, {"pipeline", plan.pipeline}, {"heads", plan.heads}};
  root["sampler"] = sampler_json(plan);
  root["parts"] = plan.parts;
  root["axes"] = ordered_json::array();
  for (const auto& axis : plan.axes) {
    root["axes"].push_back({{"path", axis.path}, {"values", axis.texts}});
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
  std::string text = root.dump(1, ' ', false, ordered_json::error_handler_t::replace);
  // One line per trial: seed, which value on each axis (-1: not set), which shared stages.
  text.resize(text.rfind('\n'));
  text += ",\n \"trials\": [";
  const char* separator = "\n  ";
  for (const auto& trial : whole ? plan.trials : std::vector<Trial>{}) {
    text += separator + nlohmann::json{trial.seed, trial.values, trial.stages}.dump();
    separator = ",\n  ";
  }
  return text + "\n ]\n}\n";
}

Plan parse_plan(const std::string& text) {
  try {
    const auto root = nlohmann::json::parse(text);
    if (root.at("format") != format && root.at("format") != before) {
      throw Error(ErrorCode::data, "the plan has the format " + root.at("format").dump() +
                                       ", which this glia does not know");
    }
    Plan plan;
    plan.pipeline = root.at("pipeline");
    plan.heads = root.at("heads").get<std::vector<std::string>>();
    if (root.contains("sampler")) read_sampler(root.at("sampler"), plan);
    plan.parts = root.at("parts").get<std::map<std::string, std::string>>();
    for (const auto& axis : root.at("axes")) {
      PlanAxis parsed{axis.at("path"), {}, axis.at("values")};
      for (const auto& value : parsed.texts) {
        parsed.values.push_back(config::parse_value(value, {"plan.json", 0, 0}).value());
      }
      plan.axes.push_back(std::move(parsed));
    }
    for (const auto& stage : root.at("shared")) {
      plan.shared.push_back({stage.at("name"), stage.at("key"), stage.at("trained"),
                             stage.at("trial"), stage.at("users")});
    }
    for (const auto& row : root.at("trials")) {
      Trial trial{plan.trials.size(), row.at(0), row.at(1), row.at(2)};
      trial.values.resize(plan.axes.size(), Trial::unset);
      plan.trials.push_back(std::move(trial));
    }
    return plan;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& e) {
    throw Error(ErrorCode::data, std::string("the plan is damaged: ") + e.what());
  }
}

}  // namespace glia::sweep
