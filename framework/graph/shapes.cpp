// SPDX-License-Identifier: MIT
#include "graph/shapes.hpp"

#include "core/thrown.hpp"
#include "graph/devices.hpp"
#include "graph/edges.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/plain_text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace glia::graph {

void Edges::at(const Source& source, const std::function<void()>& check) {
  try {
    check();
  } catch (...) {
    const Error e = thrown(std::current_exception());
    std::string message = plain_text(e.message());
    for (const auto& place : e.places()) message += ", in " + place;
    problems_.error(source, message, e.hint());
  }
}

std::optional<Shape> Edges::row_of(const config::Node& reader) {
  std::vector<Shape> rows;
  for (const auto& input : reader.inputs) {
    const auto it = shapes_.rows.find(input.id);
    if (it == shapes_.rows.end()) return std::nullopt;
    rows.push_back(it->second);
  }
  if (rows.empty()) return std::nullopt;
  if (rows.size() == 1) return rows.front();
  const Join& join = Registry<Join>::all().at(reader.join);
  std::optional<Shape> joined;
  for (std::size_t some = 2; some <= rows.size(); ++some) {  // the first that does not fit is told
    joined.reset();
    at(reader.inputs[some - 1].source, [&] {
      try {
        joined = join.shape({rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(some)});
        check_width(joined->cells());
      } catch (Error& e) {
        throw e.within(name_of_edge(reader));
      }
    });
    if (!joined) break;
  }
  return joined;
}

std::string Edges::name_of_edge(const config::Node& reader) const {
  std::string from;
  for (const auto& input : reader.inputs) {
    const config::Node* node = config::find_node(spec_, input.id);
    from += from.empty() ? "" : " and ";
    from += fmt::format("{} '{}'", node ? node->kind->name : "node", input.id);
  }
  return fmt::format("the edge{} from {} to {} '{}'", reader.inputs.size() > 1 ? "s" : "", from,
                     reader.kind->name, reader.id);
}

Shapes check_shapes(const config::PipelineSpec& spec,
                    const std::map<std::string, SampleSpec>& known) {
  Edges edges(spec, known);
  for (const config::Node* node : config::inputs_first(spec)) {
    if (node->kind->check) node->kind->check(*node, edges);
  }
  check_devices(spec, edges.problems());
  edges.problems().require_ok();
  return std::move(edges.shapes());
}

Shape row_read_by(const Shapes& shapes, const config::HeadNode& head) {
  std::vector<Shape> rows;
  for (const auto& input : head.inputs) rows.push_back(shapes.rows.at(input.id));
  const Join* join = shapes.heads.at(head.id).ends.front().join;
  return join ? join->shape(rows) : rows.front();
}

std::string shape_text(const Shape& shape) {
  return shape.is_sheet() ? fmt::format("{} × {}", shape.height, shape.width)
                          : fmt::format("{}", shape.width);
}

}  // namespace glia::graph
