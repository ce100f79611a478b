// SPDX-License-Identifier: MIT
#include "train/start_weights.hpp"

#include "train/encoding.hpp"
#include "train/safetensors.hpp"
#include "train/tensor_digest.hpp"
#include "wave/network.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace glia::train {
namespace {

constexpr const char* copies = "copies";

[[noreturn]] void fail(const Source& place, const std::string& what, const std::string& hint) {
  Diagnostics problem;
  problem.error(place, what, hint);
  problem.require_ok();
  throw Error(ErrorCode::internal, what);
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// "a, b, c and 4 more".
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 4;
  std::vector<std::string> shown(names.begin(), names.begin() + std::min(most, names.size()));
  std::string text = quoted_list(shown);
  if (names.size() > most) text += fmt::format(" and {} more", names.size() - most);
  return text;
}

/// The tensors of a node's file, under the names that its parameters have without the id.
class WeightsFile {
 public:
  explicit WeightsFile(const StartOf& node) : node_(node) {
    try {
      const SafetensorsFile file = load_safetensors(node.keys.weights);
      check_digest(file, node.keys.weights, Digest::if_there,
                   "copy it anew from where it was made; of a compiled network: compile it again");
      take(file);
    } catch (const Error& e) {
      if (e.code() == ErrorCode::configuration) throw;
      wrong(": " + e.message(), e.hint());
    }
  }

  /// Fills a parameter of this name.
  void fill(const std::string& name, const at::Tensor& parameter) {
    const auto it = tensors_.find(name);
    if (it == tensors_.end()) {
      wrong(fmt::format(" ({}) has no tensor '{}'", node_.keys.weights, name),
            "the tensors there are " + some_of(names()));
    }
    const at::Tensor& stored = it->second;
    if (stored.sizes() != parameter.sizes()) {
      wrong(fmt::format(" ({}): tensor '{}' is {}, but the {}'s is {}", node_.keys.weights, name,
                        c10::str(stored.sizes()), node_.kind, c10::str(parameter.sizes())),
            other_architecture());
    }
    if (!at::isFloatingType(stored.scalar_type())) {
      wrong(fmt::format(" ({}): tensor '{}' is not of floating-point numbers", node_.keys.weights,
                        name),
            other_architecture());
    }
    // As they will be: what a 64-bit number holds may be infinite in 32 bits.
    if (!stored.to(parameter.scalar_type()).isfinite().all().item<bool>()) {
      wrong(fmt::format(" ({}): tensor '{}' has a NaN or infinite value", node_.keys.weights, name),
            "use weights of a training that did not diverge");
    }
    at::NoGradGuard no_grad;
    at::Tensor(parameter).copy_(stored);
    used_.insert(name);
  }

  /// What the file marks of a parameter; undefined if nothing.
  at::Tensor mark(const std::string& name, const at::Tensor& parameter) {
    const auto it = tensors_.find(name + trainable_mark);
    if (it == tensors_.end()) return {};
    if (it->second.sizes() != parameter.sizes() || it->second.scalar_type() != at::kBool) {
      wrong(fmt::format(" ({}): '{}' does not mark the {}'s '{}', which is {}", node_.keys.weights,
                        name + trainable_mark, node_.kind, name, c10::str(parameter.sizes())),
            other_architecture());
    }
    marked_ = true;
    return it->second;
  }

  /// Refuses what is left over: the file is of a larger network.
  void finish() const {
    std::vector<std::string> left;
    for (const std::string& name : names()) {
      if (!used_.count(name)) left.push_back(name);
    }
    if (left.empty()) return;
    wrong(fmt::format(" ({}) holds {}, which the {} does not have", node_.keys.weights,
                      some_of(left), node_.kind),
          other_architecture());
  }

  bool has_marks() const { return marked_; }

 private:
  void take(const SafetensorsFile& file) {
    const std::string prefix = node_.id + '.';
    const bool prefixed =
        std::any_of(file.tensors.begin(), file.tensors.end(),
                    [&](const auto& tensor) { return tensor.first.rfind(prefix, 0) == 0; });
    for (const auto& [name, tensor] : file.tensors) {
      if (!prefixed) {
        tensors_.emplace(name, tensor);
      } else if (name.rfind(prefix, 0) == 0) {
        tensors_.emplace(name.substr(prefix.size()), tensor);
      }
    }
  }

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& [name, tensor] : tensors_) {
      if (!ends_with(name, trainable_mark)) all.push_back(name);
    }
    return all;
  }

  std::string other_architecture() const {
    return fmt::format("use weights of a {} of the same architecture", node_.kind);
  }

  [[noreturn]] void wrong(const std::string& what, const std::string& hint) const {
    fail(node_.weights, fmt::format("weights of {} '{}'{}", node_.kind, node_.id, what), hint);
  }

  const StartOf& node_;
  std::map<std::string, at::Tensor> tensors_;
  std::set<std::string> used_;
  bool marked_ = false;
};

/// One parameter of a node: its name without the id, and its place in the flat arrays.
struct Part {
  std::string name;
  at::Tensor tensor;
  std::int64_t place;
};

std::vector<Part> parts_of(const StartOf& node, const ParameterSet& parameters) {
  const std::string prefix = node.id + '.';
  std::vector<Part> all;
  std::int64_t place = 0;
  for (const auto& [name, tensor] : parameters.all()) {
    if (name.rfind(prefix, 0) == 0) all.push_back({name.substr(prefix.size()), tensor, place});
    place += tensor.numel();
  }
  return all;
}

/// Adds the elements of a parameter that its mark does not allow to change.
void add_unmarked(const Part& part, const at::Tensor& mark, Frozen& frozen) {
  if (!mark.defined()) return frozen.add(part.place, part.tensor.numel());
  const at::Tensor flat = mark.contiguous();
  const bool* trainable = flat.data_ptr<bool>();
  for (std::int64_t i = 0; i < part.tensor.numel(); ++i) {
    if (!trainable[i]) frozen.add(part.place + i, 1);
  }
}

/// Which parameters the patterns of a node name; each pattern must name one.
std::vector<bool> named_parts(const StartOf& node, const std::vector<Part>& parts) {
  std::vector<bool> named(parts.size());
  for (const std::string& pattern : node.keys.freeze_parts) {
    if (pattern == copies) continue;
    bool any = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (::fnmatch(pattern.c_str(), parts[i].name.c_str(), 0) != 0) continue;
      any = named[i] = true;
    }
    if (any) continue;
    std::vector<std::string> names;
    for (const Part& part : parts) names.push_back(part.name);
    fail(node.parts,
         fmt::format("{} '{}' has no parameter '{}' to freeze", node.kind, node.id, pattern),
         "its parameters are " + some_of(names));
  }
  return named;
}

void start(const StartOf& node, const ParameterSet& parameters, Frozen& frozen) {
  const config::StartKeys& keys = node.keys;
  if (keys.weights.empty() && !keys.freeze && keys.freeze_parts.empty()) return;
  const std::vector<Part> parts = parts_of(node, parameters);
  const auto& asked = keys.freeze_parts;
  const bool all_copies = std::find(asked.begin(), asked.end(), copies) != asked.end();
  if (parts.empty()) {
    const Source& place = !keys.weights.empty() ? node.weights
                          : asked.empty()       ? node.table
                                                : node.parts;
    fail(place,
         fmt::format("{} '{}' has no parameters, so there is nothing to load or to freeze",
                     node.kind, node.id),
         "leave out 'weights', 'freeze' and 'freeze_parts'");
  }
  std::optional<WeightsFile> file;
  if (!keys.weights.empty()) file.emplace(node);
  const std::vector<bool> named = named_parts(node, parts);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    if (file) file->fill(part.name, part.tensor);
    const at::Tensor mark = file ? file->mark(part.name, part.tensor) : at::Tensor();
    if (keys.freeze || named[i]) {
      frozen.add(part.place, part.tensor.numel());
    } else if (all_copies) {
      add_unmarked(part, mark, frozen);
    }
  }
  if (file) file->finish();
  if (!all_copies || (file && file->has_marks())) return;
  fail(node.parts,
       fmt::format("freeze_parts of {} '{}': there are no weights that say what the copies are",
                   node.kind, node.id),
       "give weights = \"FILE\", as glia compile writes it, or name the parameters");
}

/// Makes an encoder with its file of weights, to hear what is wrong with that.
void check_encoder(const config::EncoderNode& node, const SampleSpec& data) {
  try {
    build_encoder(node, data);
  } catch (const Error& e) {
    const std::string start = fmt::format("weights of encoder '{}': ", node.id);
    const bool named = e.message().starts_with(start) || e.code() == ErrorCode::configuration;
    fail(node.weights_source, (named ? "" : start) + e.message(), e.hint());
  }
}

}  // namespace

Frozen start_parameters(const std::vector<StartOf>& nodes, const ParameterSet& parameters) {
  Frozen frozen;
  for (const StartOf& node : nodes) start(node, parameters, frozen);
  return frozen;
}

void check_starts(const config::PipelineSpec& spec, const graph::Shapes& shapes) {
  const auto says = [](const config::StartKeys& keys) {
    return !keys.weights.empty() || keys.freeze || !keys.freeze_parts.empty();
  };
  for (const auto& node : spec.encoders) {
    const auto data = shapes.datasets.find(node.input().id);
    if (node.weights.empty() || data == shapes.datasets.end()) continue;
    check_encoder(node, data->second);
  }
  for (const auto& node : spec.networks) {
    const auto layout = shapes.networks.find(node.id);
    if (!says(node) || layout == shapes.networks.end()) continue;
    ParameterSet parameters(spec.seed, node.id);
    const wave::Network network(layout->second.in.cells(), layout->second.steps(), parameters,
                                node.id + '.');
    start_parameters({StartOf(node)}, parameters);
  }
  for (const auto& node : spec.heads) {
    if (!says(node) || !shapes.heads.contains(node.id)) continue;
    ParameterSet parameters(spec.seed, node.id);
    parameters.set_prefix(node.id + '.');
    node.use.plugin->descriptor->make_head(node.use.values)
        ->build(graph::row_read_by(shapes, node).cells(), parameters);
    start_parameters({StartOf(node)}, parameters);
  }
}

}  // namespace glia::train
