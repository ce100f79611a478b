// SPDX-License-Identifier: MIT
#include "cli/pipeline_arguments.hpp"

#include "plugin/registry.hpp"

#include <glia/sdk/error.hpp>

#include <filesystem>

namespace glia::cli {

void PipelineArguments::add_to(CLI::App& command) {
  command
      .add_option("arguments", words_,
                  "Pipeline file, then overrides such as encoder.latent.train.epochs=5")
      ->required()
      ->type_name("FILE [KEY=VALUE...]");
}

config::Pipeline PipelineArguments::load(const Session& session) const {
  const std::string& file = words_.front();
  std::error_code ignored;
  if (file.find('=') != std::string::npos && !std::filesystem::exists(file, ignored)) {
    throw Error(ErrorCode::usage, "the pipeline file is missing before the override '" + file + "'",
                "the file comes first: FILE key=value ...");
  }
  for (std::size_t i = 1; i < words_.size(); ++i) {
    if (words_[i].find('=') == std::string::npos) {
      throw Error(ErrorCode::usage,
                  "'" + words_[i] + "' is neither an override (key=value) nor the first file",
                  "one pipeline file at a time");
    }
  }
  return config::load_pipeline(file, {words_.begin() + 1, words_.end()},
                               plugin::load_plugins(session.plugin_path));
}

}  // namespace glia::cli
