// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/pipeline_arguments.hpp"
#include "config/node_kind.hpp"
#include "config/pipeline.hpp"
#include "core/diagnostics.hpp"
#include "core/output.hpp"
#include "graph/shapes.hpp"
#include "train/start_weights.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

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
    problems.error(encoder.weights_source,
                   "weights of encoder '" + encoder.id + "': there is no file " + encoder.weights);
  }
  problems.require_ok();
}

int validate(const PipelineArguments& arguments, const Session& session) {
  const auto pipeline = arguments.load(session);
  const auto& spec = pipeline.spec;
  const auto shapes = graph::check_shapes(spec);
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
