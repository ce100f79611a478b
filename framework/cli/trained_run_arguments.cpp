// SPDX-License-Identifier: MIT
#include "cli/trained_run_arguments.hpp"

#include "core/interrupt.hpp"
#include "plugin/registry.hpp"
#include "results/run_origin.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

namespace glia::cli {

void TrainedRunArguments::add_to(CLI::App& command) {
  command.add_option("RUN", run, "Folder of a run, or its name under runs/")->required();
  command
      .add_option("--threads", threads,
                  "Threads; the numbers do not depend on it (default: one per core)")
      ->check(CLI::Range(1, 1024));
}

std::vector<InputFile> input_files(const config::PipelineSpec& spec) {
  std::vector<InputFile> all;
  for (const auto& node : spec.datasets) {
    const std::string what = fmt::format("a file of the run's data set '{}'", node.id);
    for (const auto& [name, value] : node.use.values) {
      if (const auto* text = std::get_if<std::string>(&value)) all.emplace_back(*text, what);
      if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
        for (const auto& text : *texts) all.emplace_back(text, what);
      }
    }
  }
  for (const auto& node : spec.encoders) {
    if (node.weights.empty()) continue;
    all.emplace_back(node.weights, fmt::format("the weights of encoder '{}'", node.id));
  }
  return all;
}

const Catalog& TrainedRunArguments::plugins(const std::filesystem::path& folder,
                                            const Session& session) const {
  std::vector<std::string> path = session.plugin_path;
  for (const auto& before : results::read_run_origin(folder).plugin_path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(before, ignored)) path.push_back(before);
  }
  return plugin::load_plugins(path);
}

OpenedRun::OpenedRun(const TrainedRunArguments& arguments, const Session& session)
    : OpenedRun(arguments, session, apply::Chance::none, {}) {}

OpenedRun::OpenedRun(const TrainedRunArguments& arguments, const Session& session,
                     apply::Chance chance, const std::vector<std::string>& changes)
    : folder_(apply::find_run(arguments.run)),
      catalog_(arguments.plugins(folder_, session)),
      budget_(arguments.threads),
      chance_(chance) {
  reopen(changes);
}

void OpenedRun::reopen(const std::vector<std::string>& changes) {
  run_.reset();
  run_ =
      std::make_unique<apply::TrainedRun>(folder_, catalog_,
                                          apply::TrainedRun::Options{.changes = changes,
                                                                     .chance = chance_,
                                                                     .threads = budget_.threads(),
                                                                     .stop = stop_requested});
}

}  // namespace glia::cli
