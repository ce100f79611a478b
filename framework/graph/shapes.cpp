// SPDX-License-Identifier: MIT
#include "graph/shapes.hpp"

#include "graph/size_limits.hpp"

#include <glia/sdk/encoder.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>

#include <algorithm>

namespace glia::graph {
namespace {

template <class NodeType>
const NodeType* find(const std::vector<NodeType>& nodes, const std::string& id) {
  const auto it =
      std::find_if(nodes.begin(), nodes.end(), [&](const auto& n) { return n.id == id; });
  return it == nodes.end() ? nullptr : &*it;
}

class Checker {
 public:
  explicit Checker(const config::PipelineSpec& spec) : spec_(spec) {}

  Shapes check() {
    for (const auto& node : spec_.datasets) {
      at(node.use.source, [&] {
        SampleSpec data = node.use.plugin->descriptor->make_dataset(node.use.values)->spec();
        check_spec(data);
        shapes_.datasets[node.id] = std::move(data);
      });
    }
    for (const auto& node : spec_.encoders) encoder(node);
    for (const auto& node : spec_.networks) network_width(node);
    for (const auto& node : spec_.heads) head(node);
    diagnostics_.require_ok();
    return std::move(shapes_);
  }

 private:
  /// Runs a check; an Error becomes a diagnostic at `source`.
  template <class Check>
  void at(const Source& source, Check check) {
    try {
      check();
    } catch (const Error& e) {
      std::string message = e.message();
      for (const auto& place : e.places()) message += ", in " + place;
      diagnostics_.error(source, message, e.hint());
    } catch (const std::exception& e) {
      diagnostics_.error(source, e.what());
    } catch (...) {
      diagnostics_.error(source, "its plugin threw something that is no std::exception");
    }
  }

  void encoder(const config::EncoderNode& node) {
    const auto data = shapes_.datasets.find(node.input.id);
    if (data == shapes_.datasets.end()) return;  // reported where it failed
    at(node.input.source, [&] {
      const auto encoder = node.use.plugin->descriptor->make_encoder(node.use.values);
      const std::int64_t width = encoder->out_width(data->second);
      check_width(width);
      shapes_.encoders[node.id] = width;
      if (node.joint()) joint(node, *encoder);
    });
  }

  void joint(const config::EncoderNode& node, const Encoder& encoder) {
    if (!encoder.trainable()) {
      diagnostics_.error(node.mode_source,
                         "encoder '" + node.id + "' cannot be trained jointly: a '" +
                             node.use.plugin->descriptor->id + "' learns nothing",
                         "leave out mode = \"joint\"");
    } else if (!node.weights.empty()) {
      diagnostics_.error(node.mode_source,
                         "encoder '" + node.id +
                             "' cannot be trained jointly: its weights are given (" +
                             node.weights_source.text() + ')',
                         "leave out mode = \"joint\", or 'weights' to train it");
    }
  }

  /// Cells of the row that leaves an encoder or network; nullopt if that one has failed.
  std::optional<std::int64_t> width_of(const std::string& id) {
    if (const auto it = shapes_.encoders.find(id); it != shapes_.encoders.end()) return it->second;
    if (const auto* network = find(spec_.networks, id)) return network_width(*network);
    return std::nullopt;
  }

  /// Networks may read networks that stand later in the file: laid out on demand, each once.
  std::optional<std::int64_t> network_width(const config::NetworkNode& node) {
    if (const auto it = shapes_.networks.find(node.id); it != shapes_.networks.end()) {
      return it->second.out;
    }
    if (std::find(failed_.begin(), failed_.end(), node.id) != failed_.end()) return std::nullopt;
    const auto in = width_of(node.input.id);
    if (in) {
      const config::Block& block = node.block;
      const Source& place = block.end_source.name.empty() ? block.source : block.end_source;
      at(place, [&] { shapes_.networks[node.id] = lay_out(node, *in, cells_); });
    }
    const auto it = shapes_.networks.find(node.id);
    if (it != shapes_.networks.end()) return it->second.out;
    failed_.push_back(node.id);
    return std::nullopt;
  }

  void head(const config::HeadNode& node) {
    Chain chain;
    std::string id = node.input.id;
    while (const auto* network = find(spec_.networks, id)) {
      chain.networks.insert(chain.networks.begin(), network);
      id = network->input.id;
    }
    chain.encoder = find(spec_.encoders, id);
    chain.dataset = chain.encoder ? find(spec_.datasets, chain.encoder->input.id) : nullptr;
    const auto in = width_of(node.input.id);
    if (!chain.dataset || !in || !shapes_.datasets.contains(chain.dataset->id)) return;
    at(node.input.source, [&] {
      const auto head = node.use.plugin->descriptor->make_head(node.use.values);
      try {
        head->check(*in, shapes_.datasets[chain.dataset->id]);
      } catch (Error& e) {
        const bool network = !chain.networks.empty();
        throw e.within(std::string("the edge from ") + (network ? "network" : "encoder") + " '" +
                       node.input.id + "' to head '" + node.id + "'");
      }
    });
    if (chain.encoder->joint() && node.train.epochs != chain.encoder->train.epochs) {
      diagnostics_.error(node.source,
                         "head '" + node.id + "' trains for " + epochs(node.train) +
                             ", but the encoder '" + chain.encoder->id +
                             "', trained jointly with it, for " + epochs(chain.encoder->train),
                         "in joint training every epoch of the encoder is followed by one of each "
                         "head: give both the same train.epochs");
    }
    shapes_.heads[node.id] = std::move(chain);
  }

  static std::string epochs(const config::TrainSpec& train) {
    return std::to_string(train.epochs) + (train.epochs == 1 ? " epoch" : " epochs");
  }

  const config::PipelineSpec& spec_;
  Diagnostics diagnostics_;
  Shapes shapes_;
  CellBudget cells_;
  std::vector<std::string> failed_;
};

}  // namespace

Shapes check_shapes(const config::PipelineSpec& spec) { return Checker(spec).check(); }

}  // namespace glia::graph
