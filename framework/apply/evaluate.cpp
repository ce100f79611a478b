// SPDX-License-Identifier: MIT
#include "apply/evaluate.hpp"

#include "core/json_text.hpp"
#include "core/median.hpp"
#include "core/text.hpp"
#include "train/metric.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace glia::apply {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_classes_shown = 20;

/// "what is asked for, as numbers by name", in the order in which results.json has them.
std::vector<std::pair<std::string, double>> numbers_of(const Evaluation::HeadMeasured& head,
                                                       Split split) {
  const std::string name = split_name(split);
  std::vector<std::pair<std::string, double>> all{
      {name + '_' + head.more.objective().name, head.score.accuracy},
      {name + "_loss", head.score.loss}};
  if (const auto it = head.more.metrics.find(name); it != head.more.metrics.end()) {
    for (const auto& [metric, value] : it->second) all.emplace_back(name + '_' + metric, value);
  }
  return all;
}

std::string confusion_text(const Evaluation::HeadMeasured& head, Split split) {
  const auto counts = head.more.confusion.find(split_name(split));
  if (counts == head.more.confusion.end() || counts->second.size() > most_classes_shown) return {};
  const auto name = [&](std::size_t i) {
    return i < head.classes.size() ? one_line(head.classes[i]) : std::to_string(i);
  };
  std::vector<std::vector<std::string>> rows{{"label \\ answer"}};
  for (std::size_t j = 0; j < counts->second.size(); ++j) {
    rows[0].push_back(shortened(name(j), 8));
    auto& row = rows.emplace_back(std::vector<std::string>{name(j)});
    for (const auto count : counts->second[j]) row.push_back(std::to_string(count));
  }
  return aligned(rows, 1);
}

/// "40 samples, test split", of heads that were tested on as many.
std::string samples_text(const Evaluation& evaluation) {
  std::vector<std::pair<std::int64_t, std::string>> counts;  // and whose they are
  for (const auto& [id, head] : evaluation.heads) {
    if (head.samples == 0) continue;
    const auto same =
        std::find_if(counts.begin(), counts.end(),
                     [n = head.samples](const auto& other) { return other.first == n; });
    if (same == counts.end()) {
      counts.emplace_back(head.samples, one_line(id));
    } else {
      same->second += ", " + one_line(id);
    }
  }
  std::string text;
  for (const auto& [samples, heads] : counts) {
    text += fmt::format("{} samples, {} split{}\n", samples, split_name(evaluation.split),
                        counts.size() > 1 ? ": " + heads : "");
  }
  return text;
}

}  // namespace

Evaluation evaluate(const TrainedRun& run, Split split) {
  Evaluation evaluation{.split = split, .heads = {}};
  std::map<std::string, train::Encoded> encoded;  // by encoder: heads may share one
  for (const auto& head : run.spec().heads) {
    const auto& [dataset, encoder, networks, heard, ends] = run.path(head);
    auto latents = encoded.find(encoder->id);
    if (latents == encoded.end()) {
      const auto trained = run.encoder(*encoder);
      const auto data = run.open_data(dataset->id, split);
      latents =
          encoded.emplace(encoder->id, run.encode(*encoder, data, *trained.encoder, split)).first;
    }
    const auto restored = run.restore(head, latents->second, split);
    auto& measured = evaluation.heads[head.id];
    measured.more.own_metrics = train::metrics_of(restored->run->head(head));
    measured.score = restored->run->score(head, split);
    restored->run->measure(head, split, measured.more);
    if (!head.damage.empty()) restored->run->damage(head, measured.more, split);
    measured.classes = run.data_spec(head).class_names;
    measured.samples = latents->second.of(split).size();
  }
  return evaluation;
}

std::string to_json(const Evaluation& evaluation) {
  ordered_json heads = ordered_json::object(), samples = ordered_json::object();
  for (const auto& [id, head] : evaluation.heads) {
    ordered_json& json = heads[id] = ordered_json::object();
    if (head.samples > 0) samples[id] = head.samples;
    for (const auto& [name, value] : numbers_of(head, evaluation.split)) json[name] = value;
    json["collapsed"] = head.score.collapsed;
    if (head.episodes > 0) json["episodes"] = head.episodes;
    if (!head.more.confusion.empty()) json["confusion"] = head.more.confusion;
    for (const auto& d : head.more.damage) {
      json["damage"].push_back(
          {{"kind", d.kind}, {"level", d.level}, {"accuracies", d.accuracies}});
    }
  }
  const ordered_json root{{"split", split_name(evaluation.split)},
                          {"samples", std::move(samples)},
                          {"heads", std::move(heads)}};
  return json_text(root, 2) + '\n';
}

std::string to_text(const Evaluation& evaluation) {
  std::string text = samples_text(evaluation);
  for (const auto& [id, head] : evaluation.heads) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, value] : numbers_of(head, evaluation.split)) {
      rows.push_back({one_line(id), name, rounded(value, 6)});
    }
    for (const auto& d : head.more.damage) {
      rows.push_back(
          {one_line(id),
           fmt::format("{} = {}, median {}", d.kind, shortest(d.level), head.more.objective().name),
           rounded(median_of(d.accuracies), 6)});
    }
    if (head.episodes > 0) {
      text += fmt::format("{}{} test episode{}\n", text.empty() ? "" : "\n", head.episodes,
                          head.episodes == 1 ? "" : "s");
    }
    text += '\n' + aligned(rows, 2);
    const std::string confusion = confusion_text(head, evaluation.split);
    if (!confusion.empty()) text += '\n' + confusion;
    if (!head.score.collapsed) continue;
    text +=
        head.episodes > 0 ? "it takes one action only\n" : "it gives one answer to every sample\n";
  }
  return text;
}

}  // namespace glia::apply
