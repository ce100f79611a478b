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

/// What was read of epochs.csv.
struct EpochLines {
  std::vector<EpochLine> lines{};
  bool thinned = false;  ///< lines in between were left out
};

/// A file of more bytes is read in pieces: so that its page comes as soon as that of a short one.
inline constexpr std::uint64_t most_read = std::uint64_t{1} << 20;

/// The whole lines that there are; none of a file that is missing. Of one that is longer than
/// `most_read` the lines of pieces that are evenly spread, the first and the latest among them.
/// Error (data, io) if it is damaged.
EpochLines read_epochs(const std::filesystem::path& folder);

/// How far every stage has come, and its curves, drawn as those of reports: HTML.
std::string epochs_section(const EpochLines& epochs);

/// The last line of every stage and head.
std::vector<EpochLine> latest_lines(const std::vector<EpochLine>& lines);

nlohmann::ordered_json json_of(const EpochLine& line);

}  // namespace glia::serve
