// SPDX-License-Identifier: MIT
#include "graph/drawing.hpp"

#include <glia/sdk/wave_layer.hpp>

#include <cstddef>
#include <map>
#include <vector>

namespace glia::graph {
namespace {

/// A box or an arrow before it is written in any language.
struct Box {
  std::string id, kind;
  std::vector<std::string> lines;
};
struct Arrow {
  std::string from, to, label;
};
struct Picture {
  std::vector<Box> boxes;
  std::vector<Arrow> arrows;
};

std::string plugin_text(const config::PluginUse& use) {
  return use.plugin->descriptor->id + ' ' + use.plugin->version;
}

/// "gather 20 → 18": rows as lines, a long middle left out.
std::vector<std::string> row_lines(const NetworkLayout& layout) {
  constexpr std::size_t shown = 12;
  std::vector<std::string> lines;
  const std::size_t n = layout.rows.size();
  for (std::size_t i = 0; i < n; ++i) {
    if (n > shown && i == shown - 2) {
      lines.push_back("… " + std::to_string(n - shown + 1) + " more …");
      i = n - 2;
      continue;
    }
    const Row& row = layout.rows[i];
    std::string line = row.step.name;
    if (row.step.layer) {
      line += ' ' + std::to_string(row.in) + " → " + std::to_string(row.out);
      if (row.step.layer->kind() == Layer::Kind::general) line += " (autograd)";
      if (row.step.shares) line += " (same weights)";
    }
    lines.push_back(line);
  }
  return lines;
}

std::string shape_text(const SampleSpec& spec) {
  std::string text;
  for (const auto extent : spec.shape) text += (text.empty() ? "" : " × ") + std::to_string(extent);
  return "B × " + std::to_string(spec.features()) + " (" + text + "), float32";
}

Picture picture_of(const config::PipelineSpec& spec, const Shapes& shapes) {
  Picture p;
  std::map<std::string, std::string> leaves;  // what leaves a node, as text
  for (const auto& node : spec.datasets) {
    p.boxes.push_back({node.id, "dataset", {plugin_text(node.use)}});
    leaves[node.id] = shape_text(shapes.datasets.at(node.id));
  }
  for (const auto& node : spec.encoders) {
    p.boxes.push_back({node.id, "encoder", {plugin_text(node.use)}});
    p.arrows.push_back({node.input.id, node.id, leaves[node.input.id]});
    leaves[node.id] =
        "B × " + std::to_string(shapes.encoders.at(node.id)) + " cells, " + node.latent;
  }
  for (const auto& node : spec.networks) {
    p.boxes.push_back({node.id, "network", row_lines(shapes.networks.at(node.id))});
    leaves[node.id] = "B × " + std::to_string(shapes.networks.at(node.id).out) + " cells";
  }
  for (const auto& node : spec.networks) {
    p.arrows.push_back({node.input.id, node.id, leaves[node.input.id]});
  }
  for (const auto& node : spec.heads) {
    p.boxes.push_back({node.id, "head", {plugin_text(node.use)}});
    p.arrows.push_back({node.input.id, node.id, leaves[node.input.id]});
  }
  return p;
}

/// Node ids hold letters, digits, '-' and '_' only, and plugin ids less: nothing needs escaping.
std::string join(const Box& box, const char* separator) {
  std::string text = box.kind + ' ' + box.id;
  for (const auto& line : box.lines) text += separator + line;
  return text;
}

const char* fill_of(const std::string& kind) {
  if (kind == "dataset") return "#e8eef7";
  if (kind == "encoder") return "#e3f3ee";
  if (kind == "network") return "#fdf1dc";
  return "#f6e6ef";
}

}  // namespace

std::string to_dot(const config::PipelineSpec& spec, const Shapes& shapes) {
  const Picture p = picture_of(spec, shapes);
  std::string text =
      "digraph pipeline {\n  rankdir=LR;\n"
      "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=11];\n"
      "  edge [fontname=\"sans-serif\", fontsize=9];\n";
  for (const Box& box : p.boxes) {
    text += "  \"" + box.id + "\" [label=\"" + join(box, "\\n") + "\", fillcolor=\"" +
            fill_of(box.kind) + "\"];\n";
  }
  for (const Arrow& arrow : p.arrows) {
    text += "  \"" + arrow.from + "\" -> \"" + arrow.to + "\" [label=\"" + arrow.label + "\"];\n";
  }
  return text + "}\n";
}

std::string to_mermaid(const config::PipelineSpec& spec, const Shapes& shapes) {
  const Picture p = picture_of(spec, shapes);
  std::string text = "flowchart LR\n";  // the prefix: an id may be a word of Mermaid's own ('end')
  for (const Box& box : p.boxes) {
    text += "  node_" + box.id + "[\"" + join(box, "<br>") + "\"]\n";
  }
  for (const Arrow& arrow : p.arrows) {
    text += "  node_" + arrow.from + " -->|\"" + arrow.label + "\"| node_" + arrow.to + '\n';
  }
  return text;
}

}  // namespace glia::graph
