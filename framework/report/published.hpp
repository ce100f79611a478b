// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace glia::report {

/// What was published of one condition: single runs, or only what was said of them.
struct PublishedValue {
  std::string at;            ///< value of the experiment's axis; "" where there is none
  std::vector<double> runs;  ///< empty if they are not known
  double median = std::numeric_limits<double>::quiet_NaN();
  double mean = std::numeric_limits<double>::quiet_NaN();
  std::size_t n = 0;         ///< number of runs; 0: not known
  double reading_error = 0;  ///< of values read off a figure, to either side
  bool comparable = true;    ///< false: shown, but the notes say why it is another experiment
};

/// One network of an experiment. Heads of a sweep belong to it by what their id contains.
struct PublishedSeries {
  std::string name;
  std::vector<PublishedValue> values;
};

struct PublishedExperiment {
  std::string id;  ///< the pipeline file's name without .toml
  std::string title;
  std::string measure = "test accuracy";  ///< what the values are, for the figure's axis
  std::string axis;   ///< last part of the varied setting's path ("sigma"); "" for none
  double epochs = 0;  ///< of the classifier, as published; 0: not known
  std::vector<PublishedSeries> series;
  std::vector<std::string> notes;  ///< paragraphs of Markdown
};

struct Published {
  std::string source;
  double collapsed_at = 0;  ///< accuracy of a run that gives one answer to everything
  std::vector<PublishedExperiment> experiments;
};

/// Reads a file of published values; the fields are those above. Error (data) with file and place.
Published read_published(const std::filesystem::path& file);

}  // namespace glia::report
