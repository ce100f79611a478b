// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace glia::serve {

/// A line of epochs.csv, which grows while a run goes on.
struct EpochLine {
  std::string stage, head;  ///< head: "" for an encoder's training
  double epoch = 0, epochs = 0, train_loss = 0;
  std::string metric;
  double validation = 0, test = 0;  ///< NaN where they were not measured
};

/// The whole lines that there are; none of a file that is missing. Error (data, io) if it is
/// damaged.
std::vector<EpochLine> read_epochs(const std::filesystem::path& folder);

/// How far every stage has come, and its curves, drawn as those of reports: HTML.
std::string epochs_section(const std::vector<EpochLine>& lines);

}  // namespace glia::serve
