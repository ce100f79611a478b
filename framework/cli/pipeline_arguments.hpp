// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "config/pipeline.hpp"
#include "config/template.hpp"

#include <string>
#include <vector>

namespace glia::cli {

/// The positional arguments `FILE [KEY=VALUE...]` of every command that reads a pipeline.
class PipelineArguments {
 public:
  /// Declares them; must outlive the parsing, so hold it by shared pointer in the callback.
  void add_to(CLI::App& command);

  /// Loads the plugins and then the file. Errors as from `config::load_pipeline`.
  config::Pipeline load(const Session& session) const;

  /// The same before a pipeline is made of it, with its [sweep]: lists of values are text.
  config::PipelineTemplate source(const Session& session) const;

 private:
  void check() const;

  std::string file_;
  std::vector<std::string> overrides_;
};

}  // namespace glia::cli
