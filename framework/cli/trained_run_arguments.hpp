// SPDX-License-Identifier: MIT
#pragma once

#include "apply/trained_run.hpp"
#include "cli/command.hpp"
#include "graph/flow_graph.hpp"

#include <memory>
#include <string>

namespace glia::cli {

/// The arguments of every command that uses what a run has trained.
struct TrainedRunArguments {
  std::string run;
  int threads = 0;

  void add_to(CLI::App& command);

  /// The plugins that the run was trained with, where they still are, and those named now.
  const Catalog& plugins(const std::filesystem::path& folder, const Session& session) const;
};

/// A run that is open to be looked at: without chance, on as many threads as were asked for.
class OpenedRun {
 public:
  OpenedRun(const TrainedRunArguments& arguments, const Session& session);

  const apply::TrainedRun& operator*() const { return run_; }
  const Catalog& catalog() const { return catalog_; }

 private:
  std::filesystem::path folder_;
  const Catalog& catalog_;
  graph::ThreadBudget budget_;
  apply::TrainedRun run_;
};

}  // namespace glia::cli
