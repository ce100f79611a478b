// SPDX-License-Identifier: MIT
#pragma once

#include "report/comparison.hpp"
#include "report/published.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace glia::report {

/// Ours and theirs of one condition.
struct ReproducedValue {
  std::string series, at;
  const Sample* ours = nullptr;            ///< nullptr: no run has finished
  const PublishedValue* theirs = nullptr;  ///< nullptr: nothing was published that can be compared
  std::size_t failed = 0;
  double difference = 0;  ///< our median - theirs
  std::string verdict;    ///< "within", "outside" or "" where nothing can be said
  std::string test;       ///< what the verdict rests on, with its numbers
  std::string collapse;   ///< Fisher's test of the collapse counts; "" where unknown
};

/// An experiment and the sweep that repeats it.
struct Reproduction {
  const PublishedExperiment* experiment = nullptr;
  Study study;
  std::vector<Group> groups;  ///< into `study`
  std::vector<ReproducedValue> values;
  std::int64_t epochs = 0;  ///< of our classifiers, at most
};

/// The folder of every experiment that is given: `arguments` are ID=FOLDER, or FOLDER, whose name
/// (ID, or ID-001) or whose recorded command (".../ID.toml") tells the experiment. Error (usage) if
/// a folder fits none or two fit the same one.
std::map<std::string, std::filesystem::path> match_folders(
    const Published& published, const std::vector<std::string>& arguments);

/// Compares a sweep with what was published. With published runs the test is that of Mann and
/// Whitney: within the expected spread if p >= 0.05. With a median alone: within if it lies in the
/// 95 % bootstrap prediction interval for the median of as many runs as were published. Error
/// (usage) if the sweep lacks the experiment's axis, or its heads do not tell the series apart.
Reproduction reproduce(const Published& published, const PublishedExperiment& experiment,
                       Study study);

/// Writes the page (Markdown), and for every experiment ID a figure like the talk's beside it:
/// figures/ID.svg, figures/ID.png and figures/ID.csv. Returns the files written. `command` is named
/// on the page. Error (io) if the PNG cannot be made: rsvg-convert (librsvg2-bin) draws it.
std::vector<std::filesystem::path> write_reproduction(
    const Published& published, const std::map<std::string, std::filesystem::path>& folders,
    const std::filesystem::path& page, const std::string& command);

}  // namespace glia::report
