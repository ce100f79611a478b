// SPDX-License-Identifier: MIT
#include "report/published.hpp"

#include "core/files.hpp"
#include "core/text.hpp"
#include "core/text_file.hpp"
#include "report/statistics.hpp"
#include "results/json_reader.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <string>

namespace glia::report {
namespace {

double number_or(const results::Reader& from, const char* key, double otherwise) {
  return from.has(key) ? from.at(key).number() : otherwise;
}

std::string text_or_empty(const results::Reader& from, const char* key) {
  return from.has(key) ? from.at(key).text() : "";
}

bool is_file_name(const std::string& id) {
  return !id.empty() && id.size() <= 100 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return c < 128 && (std::isalnum(c) != 0 || c == '-' || c == '_');
  });
}

PublishedValue read_value(const results::Reader& from) {
  PublishedValue value;
  if (from.has("at")) value.at = from.at("at").any_text();
  if (from.has("runs")) {
    from.at("runs").each_element(
        [&](const results::Reader& run) { value.runs.push_back(run.number()); });
  }
  value.n = value.runs.size();
  if (from.has("n")) value.n = static_cast<std::size_t>(from.at("n").count());
  if (!value.runs.empty()) {
    value.median = median_of(value.runs);
    value.mean = std::accumulate(value.runs.begin(), value.runs.end(), 0.0) /
                 static_cast<double>(value.runs.size());
  }
  value.median = number_or(from, "median", value.median);
  value.mean = number_or(from, "mean", value.mean);
  value.reading_error = number_or(from, "reading_error", 0);
  if (from.has("comparable")) value.comparable = from.at("comparable").yes_or_no();
  return value;
}

PublishedExperiment read_experiment(const results::Reader& from) {
  PublishedExperiment experiment;
  experiment.id = from.at("id").text();
  if (!is_file_name(experiment.id)) {  // figures are called like it
    from.at("id").expected("a name of letters, digits, '-' and '_'");
  }
  experiment.title = from.at("title").text();
  if (from.has("measure")) experiment.measure = from.at("measure").text();
  experiment.axis = text_or_empty(from, "axis");
  experiment.epochs = number_or(from, "epochs", 0);
  from.at("series").each_element([&](const results::Reader& series) {
    auto& added = experiment.series.emplace_back(PublishedSeries{series.at("name").text(), {}});
    if (!series.has("values")) return;  // nothing is known that could be compared
    series.at("values").each_element(
        [&](const results::Reader& value) { added.values.push_back(read_value(value)); });
  });
  if (from.has("notes")) {
    from.at("notes").each_element(
        [&](const results::Reader& note) { experiment.notes.push_back(note.text()); });
  }
  return experiment;
}

}  // namespace

Published read_published(const std::filesystem::path& file) {
  const std::string text = read_text_file(file);
  try {
    const auto root = results::parse_json(text);
    const results::Reader from(root, "");
    if (text_or_empty(from, "format") != "glia-published/1") {
      throw Error(ErrorCode::data, "\"format\" is not \"glia-published/1\"",
                  "name a file of published values, such as pipelines/published/published.json");
    }
    Published published;
    published.source = from.at("source").text();
    published.collapsed_at = number_or(from, "collapsed_at", 0);
    from.at("experiments").each_element([&](const results::Reader& experiment) {
      published.experiments.push_back(read_experiment(experiment));
    });
    return published;
  } catch (const Error& e) {
    throw Error(e.code(), file.string() + ": " + e.message(), e.hint());
  }
}

}  // namespace glia::report
