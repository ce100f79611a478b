// SPDX-License-Identifier: MIT
#include "results/files.hpp"

#include "core/json_text.hpp"
#include "core/sealed_json.hpp"
#include "core/text.hpp"
#include "results/head_json.hpp"
#include "results/json_reader.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace glia::results {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json encoder_json(const EncoderResult& encoder) {
  const auto losses = [](const auto& of) {
    ordered_json all = ordered_json::array();
    for (const auto& [epoch, loss] : of) all.push_back({{"epoch", epoch}, {"loss", loss}});
    return all;
  };
  ordered_json all = {{"train_loss", losses(encoder.train_loss)}};
  if (!encoder.validation_loss.empty()) {
    all["validation_loss"] = losses(encoder.validation_loss);
  }
  if (encoder.kept_epoch > 0) all["kept_epoch"] = encoder.kept_epoch;
  return all;
}

ordered_json seconds_json(const HeadResult& head) {
  ordered_json seconds = ordered_json::array();
  for (const auto& point : head.curve) seconds.push_back(point.seconds);
  return seconds;
}

EncoderResult read_encoder(const Reader& from) {
  EncoderResult encoder;
  const auto read = [&](const char* key, auto& losses) {
    from.at(key).each_element([&](const Reader& point) {
      losses.emplace_back(point.at("epoch").count(), point.at("loss").number());
    });
  };
  read("train_loss", encoder.train_loss);
  if (from.has("validation_loss")) read("validation_loss", encoder.validation_loss);
  if (from.has("kept_epoch")) encoder.kept_epoch = from.at("kept_epoch").count();
  return encoder;
}

void read_rows(const Reader& from, HeadResult& head) {
  from.at("steps").each_element([&](const Reader& step) { head.rows.push_back({step.text(), 0}); });
  std::size_t next = 0;
  from.at("cells").each_element([&](const Reader& cells) {
    if (next == head.rows.size()) cells.expected("as many as there are steps");
    head.rows[next++].cells = cells.count();
  });
  const auto numbers = [&](const Reader& list) {
    std::vector<double> values;
    list.each_element([&](const Reader& value) { values.push_back(value.number()); });
    if (values.size() != head.rows.size()) list.expected("one number for each step");
    return values;
  };
  from.at("epochs").each_element([&](const Reader& e) {
    head.row_epochs.push_back(
        {e.at("epoch").count(), numbers(e.at("signal")), numbers(e.at("gradient"))});
  });
}

void read_damage(const Reader& from, HeadResult& head) {
  from.each_element([&](const Reader& level) {
    auto& added = head.damage.emplace_back(
        DamageResult{level.at("kind").text(), level.at("level").number(), {}});
    if (added.kind != "weight_noise" && added.kind != "weight_loss") {
      level.at("kind").expected("\"weight_noise\" or \"weight_loss\"");
    }
    level.at("accuracies").each_element([&](const Reader& accuracy) {
      added.accuracies.push_back(accuracy.number());
    });
  });
}

void read_seconds(const Reader& from, Results& results) {
  from.each_member([&](const std::string& id, const Reader& list) {
    const auto head = results.heads.find(id);
    if (head == results.heads.end())
      list.expected("the times of a head, and there is none so named");
    std::size_t next = 0;
    list.each_element([&](const Reader& seconds) {
      if (next == head->second.curve.size()) list.expected("as long as the head's curve");
      head->second.curve[next++].seconds = seconds.number();
    });
  });
}

/// "test_balanced_accuracy" and the like: everything else that starts with the name of a split.
void read_metrics(const Reader& from, HeadResult& head) {
  from.each_member([&](const std::string& key, const Reader& value) {
    for (const std::string split : {"test", "validation"}) {
      if (!key.starts_with(split + '_')) continue;
      const std::string metric = key.substr(split.size() + 1);
      if (metric != head.objective().name && metric != "loss") {
        head.metrics[split][metric] = value.number();
      }
    }
  });
  if (!from.has("confusion")) return;
  from.at("confusion").each_member([&](const std::string& split, const Reader& counts) {
    auto& matrix = head.confusion[split];
    counts.each_element([&](const Reader& row) {
      auto& numbers = matrix.emplace_back();
      row.each_element([&](const Reader& count) { numbers.push_back(count.count()); });
    });
    for (const auto& row : matrix) {
      if (row.size() != matrix.size()) counts.expected("as many columns as rows");
    }
  });
}

/// What the head declares to be measured by, unless it is the usual.
void read_own_metrics(const Reader& from, HeadResult& head) {
  if (!from.has("metrics")) return;
  head.own_metrics.clear();
  from.at("metrics").each_element([&](const Reader& metric) {
    head.own_metrics.push_back({.name = metric.at("name").text(),
                                .higher_is_better = metric.at("higher_is_better").yes_or_no(),
                                .unit = metric.at("unit").text()});
  });
  if (head.own_metrics.empty()) from.at("metrics").expected("at least one metric");
}

template <class Measured>
void read_validation(const Reader& from, const Metric& objective, Measured& to) {
  const std::string key = "validation_" + objective.name;
  if (from.has(key.c_str())) {
    to.validation_accuracy = from.at(key.c_str()).number();
    to.validation_loss = from.at("validation_loss").number();
  }
}

}  // namespace

HeadResult read_head(const Reader& from) {
  HeadResult head;
  read_own_metrics(from, head);
  const Metric& objective = head.objective();
  const std::string test = "test_" + objective.name;
  head.test_accuracy = from.at(test.c_str()).number();
  head.test_loss = from.at("test_loss").number();
  read_validation(from, objective, head);
  read_metrics(from, head);
  head.collapsed = from.at("collapsed").yes_or_no();
  head.parameters = from.at("parameters").count();
  if (from.has("kept_epoch")) head.kept_epoch = from.at("kept_epoch").count();
  if (from.has("chance")) head.chance = from.at("chance").number();
  from.at("curve").each_element([&](const Reader& point) {
    auto& added =
        head.curve.emplace_back(CurvePoint{.epoch = point.at("epoch").count(),
                                           .train_loss = point.at("train_loss").number(),
                                           .test_accuracy = point.at(test.c_str()).number(),
                                           .test_loss = point.at("test_loss").number(),
                                           .seconds = 0});
    read_validation(point, objective, added);
  });
  if (from.has("rows")) read_rows(from.at("rows"), head);
  if (from.has("damage")) read_damage(from.at("damage"), head);
  return head;
}

std::string to_json(const Results& results) {
  ordered_json root;
  root["status"] = results.status;
  if (!results.error.empty()) root["error"] = results.error;
  root["pipeline"] = results.pipeline;
  root["seed"] = results.seed;
  ordered_json heads = ordered_json::object(), encoders = heads, stages = heads, seconds = heads;
  for (const auto& [id, head] : results.heads) {
    heads[id] = head_json(head);
    seconds[id] = seconds_json(head);
  }
  for (const auto& [id, encoder] : results.encoders) encoders[id] = encoder_json(encoder);
  for (const auto& [id, stage] : results.stages) {
    stages[id] = {{"seconds", stage.seconds}, {"reused", stage.reused}};
  }
  root["heads"] = std::move(heads);
  root["encoders"] = std::move(encoders);
  root["stages"] = std::move(stages);
  root["epoch_seconds"] = std::move(seconds);
  return json_text(sealed(std::move(root)), 2) + '\n';
}

Results from_json(std::string_view text) {
  const json root = parse_sealed_results(text);
  const Reader from(root, "");
  Results results;
  results.status = from.at("status").text();
  if (results.status != "ok" && results.status != "failed" && results.status != "interrupted") {
    from.at("status").expected("\"ok\", \"failed\" or \"interrupted\"");
  }
  if (from.has("error")) results.error = from.at("error").text();
  results.pipeline = from.at("pipeline").text();
  results.seed = from.at("seed").seed();
  from.at("heads").each_member(
      [&](const std::string& id, const Reader& head) { results.heads[id] = read_head(head); });
  from.at("encoders").each_member([&](const std::string& id, const Reader& encoder) {
    results.encoders[id] = read_encoder(encoder);
  });
  from.at("stages").each_member([&](const std::string& id, const Reader& stage) {
    results.stages[id] = {stage.at("seconds").number(), stage.at("reused").yes_or_no()};
  });
  if (from.has("epoch_seconds")) read_seconds(from.at("epoch_seconds"), results);
  return results;
}

std::string damage_csv(const Results& results) {
  std::string text;
  for (const auto& [id, head] : results.heads) {
    const std::string start = csv_field(results.pipeline) + ',' + std::to_string(results.seed) +
                              ',' + csv_field(id) + ',';
    for (const auto& damage : head.damage) {
      for (std::size_t draw = 0; draw < damage.accuracies.size(); ++draw) {
        text += start + damage.kind + ',' + shortest(damage.level) + ',' + std::to_string(draw) +
                ',' + shortest(damage.accuracies[draw]) + '\n';
      }
    }
  }
  return text.empty() ? text : "pipeline,seed,head,kind,level,draw,test_accuracy\n" + text;
}

namespace {

/// The names of what heads go by, each once, in order of the heads.
std::vector<std::string> objectives_of(const Results& results) {
  std::vector<std::string> names;
  for (const auto& [id, head] : results.heads) {
    const std::string& name = head.objective().name;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names.empty() ? std::vector{usual_metrics().front().name} : names;
}

}  // namespace

std::string to_csv(const Results& results) {
  const auto objectives = objectives_of(results);
  std::string text = "pipeline,seed,head,status,";
  for (const std::string split : {"test_", "validation_"}) {
    for (const auto& name : objectives) text += csv_field(split + name) + ',';
    text += split + "loss,";
  }
  text += "collapsed,parameters,epochs,seconds\n";
  for (const auto& [id, head] : results.heads) {
    const auto columns = [&, &head = head](double value) {
      std::string all;
      for (const auto& name : objectives) {
        all += (name == head.objective().name ? shortest(value) : "") + ',';
      }
      return all;
    };
    double seconds = 0;
    for (const auto& point : head.curve) seconds += point.seconds;
    const auto epochs = head.curve.empty() ? 0 : head.curve.back().epoch;
    text += csv_field(results.pipeline) + ',' + std::to_string(results.seed) + ',' + csv_field(id) +
            ',' + csv_field(results.status) + ',' + columns(head.test_accuracy) +
            shortest(head.test_loss) + ',' + columns(head.validation_accuracy) +
            shortest(head.validation_loss) + ',' + (head.collapsed ? "true" : "false") + ',' +
            std::to_string(head.parameters) + ',' + std::to_string(epochs) + ',' +
            rounded(seconds, 3) + '\n';
  }
  return text;
}

}  // namespace glia::results
