// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/metric.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace glia::serve {

/// A line of epochs.csv, which grows while a run goes on.
struct EpochLine {
  std::string stage, head;  ///< head: "" for an encoder's training
  std::int64_t epoch = 0, epochs = 0;
  double train_loss = 0;
  std::string metric;
  double validation = 0, test = 0;  ///< NaN where they were not measured

  const std::string& name() const { return head.empty() ? stage : head; }
};

/// What the lines say of a metric: they have no unit.
Metric metric_named(const std::string& name);

/// The whole lines that there are, of a long file the last ones; none of a file that is missing. Error
/// (data, io) if it is damaged, or no file.
std::vector<EpochLine> read_epochs(const std::filesystem::path& folder);

/// How far every stage has come, and its curves, drawn as those of reports: HTML.
std::string epochs_section(const std::vector<EpochLine>& lines);

/// The last line of every stage and head.
std::vector<EpochLine> latest_lines(const std::vector<EpochLine>& lines);

nlohmann::ordered_json json_of(const EpochLine& line);

}  // namespace glia::serve
