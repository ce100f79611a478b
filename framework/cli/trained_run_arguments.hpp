// SPDX-License-Identifier: MIT
#pragma once

#include "apply/trained_run.hpp"
#include "cli/command.hpp"
#include "core/own_output.hpp"
#include "graph/flow_graph.hpp"

#include <memory>
#include <string>
#include <vector>

namespace glia::cli {

/// The arguments of every command that uses what a run has trained.
struct TrainedRunArguments {
  std::string run;
  int threads = 0;

  void add_to(CLI::App& command);

  /// The plugins that the run was trained with, where they still are, and those named now.
  const Catalog& plugins(const std::filesystem::path& folder, const Session& session) const;
};

/// The files that the data sets of a run name: nothing that is made from them may replace them.
std::vector<InputFile> input_files(const config::PipelineSpec& spec);

/// A run that is open, with its plugins, on as many threads as were asked for, until a stop is
/// asked for: the one way in which commands open what was trained.
class OpenedRun {
 public:
  /// Without chance, to be looked at.
  OpenedRun(const TrainedRunArguments& arguments, const Session& session);
  /// `changes` as `apply::TrainedRun` takes them.
  OpenedRun(const TrainedRunArguments& arguments, const Session& session, apply::Chance chance,
            const std::vector<std::string>& changes);

  /// Opens it anew with these changes; what was taken from it before is gone.
  void reopen(const std::vector<std::string>& changes);

  const apply::TrainedRun& operator*() const { return *run_; }
  const apply::TrainedRun* operator->() const { return run_.get(); }
  const Catalog& catalog() const { return catalog_; }

 private:
  std::filesystem::path folder_;
  const Catalog& catalog_;
  graph::ThreadBudget budget_;
  apply::Chance chance_;
  std::unique_ptr<apply::TrainedRun> run_;
};

}  // namespace glia::cli
