// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "core/catalog.hpp"
#include "graph/shapes.hpp"
#include "results/run_origin.hpp"
#include "train/environment.hpp"
#include "train/head_run.hpp"
#include "train/samples.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/table_columns.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace glia::apply {

/// Whether chance acts on what was trained: as in the tests of the run (draws of the code, noise),
/// or not at all (the code's mean, no noise), so that a sample gets one answer wherever it stands.
enum class Chance { as_tested, none };

/// The folder of a run that a user means by a path or a name under runs/. Error (usage) says what
/// there is instead: a sweep, or nothing of ours.
std::filesystem::path find_run(const std::string& name);

/// A head that was rebuilt, with the networks on its path, over the samples of one split.
struct RestoredHead {
  const config::HeadNode& node;
  Split split;
  graph::Stage stage;  ///< as its checkpoint names it
  train::Encoded latents;
  std::unique_ptr<train::HeadRun> run{};
};

/// What a run has trained, rebuilt from its folder alone: settings from resolved.toml, tensors and
/// the samples' form from checkpoints/. The folder may have been moved; the data are only opened
/// when they are asked for. [one thread]
class TrainedRun {
 public:
  struct Options {
    std::vector<std::string> changes{};  ///< `key=value`: of data sets, damage, what chance does
    Chance chance = Chance::as_tested;
    int threads = 1;
    graph::StopRequest stop{};
  };

  /// Error (usage, data) says what is missing, damaged or half-finished; (configuration) what is
  /// wrong with a change.
  TrainedRun(const std::filesystem::path& folder, const Catalog& catalog, Options options);
  TrainedRun(const TrainedRun&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  const config::PipelineSpec& spec() const { return pipeline_.spec; }
  const graph::Path& path(const config::HeadNode& head) const;
  /// Samples of the data that a head was trained on.
  const SampleSpec& data_spec(const config::HeadNode& head) const;
  /// The columns of the table that these were read from, or nullptr if there was none.
  const TableColumns* columns(const config::HeadNode& head) const;
  const train::Environment& environment() const { return environment_; }

  /// The head of this id; "": the only one. Error (usage) lists those that there are.
  const config::HeadNode& head(const std::string& id) const;

  /// A split of a data set of the pipeline, opened. Error (data) if its samples are not as those
  /// that were trained on.
  train::LoadedData open_data(const std::string& dataset, Split split) const;

  /// The encoder as it was trained.
  train::BuiltEncoder encoder(const config::EncoderNode& node) const;

  /// What the encoder makes of a split.
  train::Encoded encode(const config::EncoderNode& node, const train::LoadedData& data,
                        const Encoder& encoder, Split split) const;

  /// The head over such latents. Error (usage) if a network is no longer the one that was
  /// trained.
  std::unique_ptr<RestoredHead> restore(const config::HeadNode& head, train::Encoded latents,
                                        Split split) const;

 private:
  std::filesystem::path checkpoint_of(const std::string& node) const;
  void tell_if_trained_on(const train::LoadedData& measured, Split split) const;

  std::filesystem::path folder_;
  results::RunOrigin origin_;
  Options options_;
  std::string resolved_;  ///< the text of resolved.toml
  config::Pipeline pipeline_;
  std::map<std::string, SampleSpec> trained_on_;          ///< by data set, as checkpoints tell
  std::map<std::string, TableColumns> columns_;           ///< the same, of those that are tables
  std::vector<config::DatasetNode> datasets_as_trained_;  ///< where changes name a data set
  graph::Shapes shapes_;
  std::unique_ptr<train::Progress> progress_;
  train::Environment environment_;
};

}  // namespace glia::apply
