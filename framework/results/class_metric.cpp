// SPDX-License-Identifier: MIT
#include "results/class_metric.hpp"

#include "core/json_text.hpp"
#include "results/results.hpp"

#include <nlohmann/json.hpp>

#include <numeric>
#include <string_view>

namespace glia::results {
namespace {

using nlohmann::json;

constexpr std::string_view recall = "recall_", precision = "precision_";

std::string name_of(std::size_t place, const std::vector<std::string>& class_names) {
  return place < class_names.size() ? class_names[place] : std::to_string(place);
}

}  // namespace

std::optional<ClassMetric> class_metric(const std::string& name) {
  for (const std::string_view kind : {recall, precision}) {
    if (name.size() > kind.size() && name.starts_with(kind)) {
      return ClassMetric{kind == recall, name.substr(kind.size())};
    }
  }
  return std::nullopt;
}

std::vector<std::string> class_metric_names(const std::string& prefix, std::int64_t classes,
                                            const std::vector<std::string>& class_names) {
  std::vector<std::string> all;
  for (const std::string_view kind : {recall, precision}) {
    for (std::size_t c = 0; c < static_cast<std::size_t>(classes); ++c) {
      all.push_back(prefix + std::string(kind) + name_of(c, class_names));
    }
  }
  return all;
}

std::int64_t samples_of(const ConfusionCounts& counts, std::size_t place) {
  return std::accumulate(counts[place].begin(), counts[place].end(), std::int64_t{0});
}

std::int64_t samples_called(const ConfusionCounts& counts, std::size_t place) {
  std::int64_t sum = 0;
  for (const auto& row : counts) sum += row[place];
  return sum;
}

double class_share(const ConfusionCounts& counts, bool recall, std::size_t place) {
  const auto whole = recall ? samples_of(counts, place) : samples_called(counts, place);
  return whole > 0 ? static_cast<double>(counts[place][place]) / static_cast<double>(whole)
                   : unknown;
}

std::optional<double> class_value(const std::string& head, const std::string& metric) {
  const auto split = metric.find('_');
  if (split == std::string::npos) return std::nullopt;
  const auto wanted = class_metric(metric.substr(split + 1));
  if (!wanted) return std::nullopt;
  try {
    const json all = read_json(head);
    const auto names = all.value("class_names", std::vector<std::string>{});
    const json& shares =
        all.at(wanted->recall ? "recall" : "precision").at(metric.substr(0, split));
    for (std::size_t c = 0; c < shares.size(); ++c) {
      if (name_of(c, names) != wanted->of) continue;
      return shares[c].is_number() ? shares[c].get<double>() : unknown;
    }
  } catch (const json::exception&) {  // results without a confusion matrix
  }
  return std::nullopt;
}

}  // namespace glia::results
