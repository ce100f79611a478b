// SPDX-License-Identifier: MIT
#pragma once

#include "apply/trained_run.hpp"
#include "cli/command.hpp"

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

}  // namespace glia::cli
