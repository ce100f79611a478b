// SPDX-License-Identifier: MIT
#include "cli/pipeline_arguments.hpp"

#include "plugin/registry.hpp"

#include <glia/sdk/error.hpp>

#include <filesystem>

namespace glia::cli {

void PipelineArguments::add_to(CLI::App& command) {
  command.add_option("FILE", file_, "Pipeline file")->required();
  command
      .add_option("overrides", overrides_, "Settings to change: encoder.latent.train.epochs=5 ...")
      ->type_name("KEY=VALUE");
}

void PipelineArguments::check() const {
  std::error_code ignored;
  if (file_.find('=') != std::string::npos && !std::filesystem::exists(file_, ignored)) {
    throw Error(ErrorCode::usage,
                "the pipeline file is missing before the override '" + file_ + "'",
                "the file comes first: FILE KEY=VALUE ...");
  }
  for (const auto& word : overrides_) {
    if (word.find('=') == std::string::npos) {
      throw Error(ErrorCode::usage, "'" + word + "' is not an override of the form KEY=VALUE",
                  "only one pipeline file can be given, and it comes first");
    }
  }
}

config::PipelineTemplate PipelineArguments::source(const Session& session) const {
  check();
  return {file_, overrides_, plugin::load_plugins(session.plugin_path),
          config::PipelineTemplate::Lists::are_text};
}

config::Pipeline PipelineArguments::load(const Session& session) const {
  check();
  return config::load_pipeline(file_, overrides_, plugin::load_plugins(session.plugin_path));
}

}  // namespace glia::cli
