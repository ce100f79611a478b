// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/pipeline_arguments.hpp"
#include "config/node_kind.hpp"
#include "config/pipeline.hpp"
#include "config/template.hpp"
#include "core/diagnostics.hpp"
#include "core/output.hpp"
#include "graph/shapes.hpp"
#include "plugin/registry.hpp"
#include "train/start_weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace glia::cli {
namespace {

std::string count(std::size_t number, const std::string& noun) {
  return std::to_string(number) + ' ' + noun + (number == 1 ? "" : "s");
}

/// A run says what is wrong with such a file; that there is none can be said before.
void check_weights(const config::PipelineSpec& spec) {
  Diagnostics problems;
  for (const auto& encoder : spec.encoders) {
    std::error_code ignored;
    if (encoder.weights.empty() || std::filesystem::exists(encoder.weights, ignored)) continue;
    problems.error(
        encoder.weights_source,
        fmt::format("weights of encoder '{}': there is no file {}", encoder.id, encoder.weights));
  }
  problems.require_ok();
}

using Group = const config::AxisGroup*;

/// What is wrong with the values that such a trial has, one of each group.
void check_point(const config::PipelineTemplate& source, const std::vector<Group>& groups,
                 const std::vector<std::size_t>& point, Diagnostics& found) {
  std::vector<config::Setting> settings;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const auto& axis : *groups[g]) settings.emplace_back(axis.path, &axis.values.at(point[g]));
  }
  Diagnostics problems;
  source.make_spec(settings, problems);
  for (const auto& d : problems.sorted()) {
    const bool of_value = std::any_of(settings.begin(), settings.end(), [&](const auto& setting) {
      return setting.second->source == d.source;
    });
    if (of_value) found.error(d.source, d.message, d.hint);
  }
}

/// The axes of the file's sweep: a path that leads nowhere, a value of the wrong kind. Each value
/// stands in one trial of the grid; of a long file or list only the first, as looking takes time.
/// Which trials there are where some are left out, `glia sweep -n` says.
void check_axes(const config::Pipeline& pipeline, const Catalog& catalog) {
  constexpr std::size_t most_trials = 500, most_text = 4 << 20;
  const config::PipelineTemplate source(pipeline.text, pipeline.spec.file, {}, catalog);
  const auto& sweep = source.sweep();
  if (!sweep.given || !sweep.exclude.empty() || !sweep.only_if.empty()) return;
  std::size_t left = std::min(most_trials, most_text / (pipeline.text.size() + 1));
  Diagnostics found;
  for (const auto& block : sweep.blocks) {
    std::vector<Group> groups;
    for (const auto& group : block.groups) groups.push_back(&group);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const std::size_t values = groups[g]->empty() ? 0 : groups[g]->front().values.size();
      for (std::size_t v = g == 0 ? 0 : 1; v < values && left > 0; ++v, --left) {
        std::vector<std::size_t> point(groups.size(), 0);
        point[g] = v;
        check_point(source, groups, point, found);
      }
    }
  }
  config::require_ok(found);
}

int validate(const PipelineArguments& arguments, const Session& session) {
  const auto pipeline = arguments.load(session);
  const auto& spec = pipeline.spec;
  const auto shapes = graph::check_shapes(spec);
  check_axes(pipeline, plugin::load_plugins(session.plugin_path));
  check_weights(spec);
  train::check_starts(spec, shapes);
  const auto nodes = config::all_nodes(spec);
  std::string counts;
  for (const config::NodeKind* kind : config::node_kinds()) {
    const auto number = static_cast<std::size_t>(std::count_if(
        nodes.begin(), nodes.end(), [&](const auto* node) { return node->kind == kind; }));
    if (number == 0) continue;
    counts += (counts.empty() ? "" : ", ") + count(number, kind->name);
  }
  print("%s: ok (%s)\n", spec.file.c_str(), counts.c_str());
  return ok;
}

}  // namespace

void add_validate(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("validate", "Check a pipeline file without running it");
  auto arguments = std::make_shared<PipelineArguments>();
  arguments->add_to(*command);
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return validate(*arguments, session); };
  });
}

}  // namespace glia::cli
