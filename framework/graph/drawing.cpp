// SPDX-License-Identifier: MIT
#include "graph/drawing.hpp"

#include "config/node_kind.hpp"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <utility>

namespace glia::graph {
namespace {

using config::Node;

struct Arrow {
  std::string from, to, label;
};
struct Frame {
  std::string id, label;
};
struct Picture {
  std::vector<Box> boxes;
  std::vector<Arrow> arrows;
  std::vector<Frame> frames;
};

/// Draws nodes, and networks once for everybody who trains a copy of them.
class Painter {
 public:
  Painter(const config::PipelineSpec& spec, const Shapes& shapes) : spec_(spec), shapes_(shapes) {}

  Picture paint() {
    const auto nodes = config::all_nodes(spec_);
    for (const Node* node : nodes) find_copies(*node);
    for (const config::NodeKind* kind : config::node_kinds()) {
      for (const Node* node : nodes) {
        if (node->kind == kind) kind->trains ? frame(*node) : boxes(*node);
      }
    }
    for (const config::NodeKind* kind : config::node_kinds()) {
      for (const Node* node : nodes) {
        if (node->kind == kind && !kind->trains) arrows(*node);
      }
    }
    return std::move(picture_);
  }

 private:
  /// Who trains what: a training its networks and heads, a head alone its networks.
  void find_copies(const Node& node) {
    const auto alone = shapes_.heads.find(node.id);
    const auto together = shapes_.trainings.find(node.id);
    if (together != shapes_.trainings.end()) {
      for (const auto* network : together->second.networks) trainers_[network->id].push_back(&node);
      for (const auto& input : node.inputs) trainers_[input.id].push_back(&node);
    } else if (alone != shapes_.heads.end() && !is_trained_by_another(node)) {
      for (const auto* network : alone->second.networks) trainers_[network->id].push_back(&node);
    }
  }

  bool is_trained_by_another(const Node& head) const {
    for (const auto& training : spec_.trainings) {
      for (const auto& input : training.inputs) {
        if (input.id == head.id) return true;
      }
    }
    return false;
  }

  std::string id_of(const std::string& node, const Node* trainer) const {
    const auto it = trainers_.find(node);
    const bool copied = it != trainers_.end() && it->second.size() > 1;
    return copied && trainer ? node + '.' + trainer->id : node;
  }

  void frame(const Node& training) {
    picture_.frames.push_back({training.id, fmt::format("training {}, together", training.id)});
  }

  void boxes(const Node& node) {
    const auto it = trainers_.find(node.id);
    if (it == trainers_.end()) return box(node, nullptr, false);
    for (const Node* trainer : it->second) box(node, trainer, it->second.size() > 1);
  }

  void box(const Node& node, const Node* trainer, bool copy) {
    Box box{.id = id_of(node.id, trainer), .fill = node.kind->fill};
    box.lines.push_back(node.kind->name + ' ' + node.id);
    if (copy) box.lines.push_back(fmt::format("copy of {} {}", trainer->kind->name, trainer->id));
    if (node.inputs.size() > 1) box.lines.push_back(join_text(node));
    if (node.kind->draw) node.kind->draw(node, shapes_, box);
    if (trainer && trainer->kind->trains) box.frame = trainer->id;
    gives_[node.id] = box.gives;
    picture_.boxes.push_back(std::move(box));
  }

  /// "add 10 + 10 → 10".
  std::string join_text(const Node& node) const {
    std::string text = node.join + ' ';
    std::vector<Shape> rows;
    for (const auto& input : node.inputs) {
      const auto it = shapes_.rows.find(input.id);
      if (it == shapes_.rows.end()) return node.join;
      text += (rows.empty() ? "" : " + ") + shape_text(it->second);
      rows.push_back(it->second);
    }
    const Join* join = Registry<Join>::all().find(node.join);
    return join ? fmt::format("{} → {}", text, shape_text(join->shape(rows))) : text;
  }

  void arrows(const Node& node) {
    const auto it = trainers_.find(node.id);
    std::vector<const Node*> copies{nullptr};
    if (it != trainers_.end()) {
      copies = it->second;
    } else if (shapes_.heads.contains(node.id)) {
      copies = {&node};  // trained alone
    }
    for (const Node* trainer : copies) {
      for (const auto& input : node.inputs) {
        picture_.arrows.push_back(
            {id_of(input.id, trainer), id_of(node.id, trainer), gives_[input.id]});
      }
    }
  }

  const config::PipelineSpec& spec_;
  const Shapes& shapes_;
  std::map<std::string, std::vector<const Node*>> trainers_;  // by id of what they train
  std::map<std::string, std::string> gives_;
  Picture picture_;
};

/// Node ids hold letters, digits, '-' and '_' only, and plugin ids less: nothing needs escaping.
std::string joined(const Box& box, const char* separator) {
  std::string text;
  for (const auto& line : box.lines) text += (text.empty() ? "" : separator) + line;
  return text;
}

std::string dot_box(const Box& box) {
  return fmt::format("  \"{}\" [label=\"{}\", fillcolor=\"{}\"];\n", box.id, joined(box, "\\n"),
                     box.fill);
}

std::string mermaid_id(const std::string& id) {
  std::string text = "node_";  // an id may be a word of Mermaid's own ('end')
  for (const char c : id) text += c == '.' ? std::string("__of__") : std::string(1, c);
  return text;
}

std::string mermaid_box(const Box& box) {
  return fmt::format("  {}[\"{}\"]\n", mermaid_id(box.id), joined(box, "<br>"));
}

/// The boxes within a frame, or those outside of all.
template <class Write>
std::string boxes_in(const Picture& picture, std::string_view frame, Write write) {
  std::string text;
  for (const Box& box : picture.boxes) {
    if (box.frame == frame) text += write(box);
  }
  return text;
}

}  // namespace

std::string plugin_text(const config::PluginUse& use) {
  return use.plugin->descriptor->id + ' ' + use.plugin->version;
}

std::string to_dot(const config::PipelineSpec& spec, const Shapes& shapes) {
  const Picture p = Painter(spec, shapes).paint();
  std::string text =
      "digraph pipeline {\n  rankdir=LR;\n"
      "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=11];\n"
      "  edge [fontname=\"sans-serif\", fontsize=9];\n" +
      boxes_in(p, "", dot_box);
  for (const Frame& frame : p.frames) {
    text += fmt::format(
        "  subgraph \"cluster_{}\" {{\n  label=\"{}\"; style=\"rounded,dashed\"; "
        "fontname=\"sans-serif\"; fontsize=11;\n{}  }}\n",
        frame.id, frame.label, boxes_in(p, frame.id, dot_box));
  }
  for (const Arrow& arrow : p.arrows) {
    text += fmt::format("  \"{}\" -> \"{}\" [label=\"{}\"];\n", arrow.from, arrow.to, arrow.label);
  }
  return text + "}\n";
}

std::string to_mermaid(const config::PipelineSpec& spec, const Shapes& shapes) {
  const Picture p = Painter(spec, shapes).paint();
  std::string text = "flowchart LR\n" + boxes_in(p, "", mermaid_box);
  for (const Frame& frame : p.frames) {
    text += fmt::format("  subgraph {}[\"{}\"]\n{}  end\n", mermaid_id(frame.id), frame.label,
                        boxes_in(p, frame.id, mermaid_box));
  }
  for (const Arrow& arrow : p.arrows) {
    text += fmt::format("  {} -->|\"{}\"| {}\n", mermaid_id(arrow.from), arrow.label,
                        mermaid_id(arrow.to));
  }
  return text;
}

}  // namespace glia::graph
