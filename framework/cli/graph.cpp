// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/pipeline_arguments.hpp"
#include "core/files.hpp"
#include "core/output.hpp"
#include "core/process.hpp"
#include "core/temporary_folder.hpp"
#include "graph/drawing.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace glia::cli {
namespace {

/// Graphviz draws the SVG: laying out graphs is its business.
std::string to_svg(const std::string& dot) {
  const TemporaryFolder folder;
  write_file(folder.path() / "graph.dot", dot);
  const auto ended = run_program({"dot", "-Tsvg", "-o", "graph.svg", "graph.dot"}, folder.path(),
                                 std::chrono::seconds(60));
  if (!ended.found) {
    throw Error(ErrorCode::io, "the program 'dot' is needed to draw an SVG",
                "install graphviz, or use --format dot or --format mermaid");
  }
  if (ended.status != 0) throw Error(ErrorCode::io, "dot failed: " + ended.output);
  return read_file(folder.path() / "graph.svg");
}

int graph(const PipelineArguments& arguments, const std::string& format, const Session& session) {
  const auto pipeline = arguments.load(session);
  const auto shapes = graph::check_shapes(pipeline.spec);
  std::string text = format == "mermaid" ? graph::to_mermaid(pipeline.spec, shapes)
                                         : graph::to_dot(pipeline.spec, shapes);
  if (format == "svg") text = to_svg(text);
  put(text);
  return ok;
}

}  // namespace

void add_graph(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("graph", "Draw a pipeline, with what travels on every edge");
  auto arguments = std::make_shared<PipelineArguments>();
  arguments->add_to(*command);
  auto format = std::make_shared<std::string>("dot");
  command->add_option("--format", *format, "dot, svg or mermaid")
      ->check(CLI::IsMember({"dot", "svg", "mermaid"}))
      ->capture_default_str();
  command->callback([arguments, format, &session] {
    session.action = [arguments, format, &session] { return graph(*arguments, *format, session); };
  });
}

}  // namespace glia::cli
