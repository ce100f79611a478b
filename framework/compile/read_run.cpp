// SPDX-License-Identifier: MIT
#include "compile/read.hpp"
#include "graph/shapes.hpp"
#include "results/run_origin.hpp"
#include "train/safetensors.hpp"
#include "train/tensor_digest.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace glia::compile {
namespace {

namespace fs = std::filesystem;

const config::HeadNode& head_of(const config::PipelineSpec& spec, const std::string& wanted,
                                const fs::path& folder) {
  std::vector<std::string> ids;
  for (const auto& head : spec.heads) {
    ids.push_back(head.id);
    if (head.id == wanted || (wanted.empty() && spec.heads.size() == 1)) return head;
  }
  if (ids.empty()) {
    throw Error(ErrorCode::usage, folder.string() + " holds no head that was trained",
                "compile the networks of a run that has one: policies cannot be compiled");
  }
  if (wanted.empty()) {
    throw Error(ErrorCode::usage,
                fmt::format("{} has {} heads: {}", folder.string(), ids.size(), quoted_list(ids)),
                "say whose network is to be compiled: --head " + ids[0]);
  }
  std::string hint = did_you_mean(wanted, ids);
  throw Error(ErrorCode::usage, fmt::format("{} has no head '{}'", folder.string(), wanted),
              hint.empty() ? "its heads are " + quoted_list(ids) : hint);
}

/// Settings of the activations of this name in a pattern, which must all be the same.
void collect_settings(const config::Block& block, const std::string& name,
                      std::optional<ValueMap>& found, bool& differ) {
  for (const auto& step : block.pattern) {
    if (step.kind == config::Step::Kind::block) collect_settings(step.block, name, found, differ);
    if (step.kind != config::Step::Kind::activation) continue;
    if (step.activation.plugin->descriptor->id != name) continue;
    differ |= found && *found != step.activation.values;
    found = step.activation.values;
  }
}

/// Turns the rows of a network into layers of neurons.
class Reader {
 public:
  Reader(const config::NetworkNode& node, const graph::NetworkLayout& layout,
         const std::map<std::string, at::Tensor>& weights, const std::string& file,
         const Catalog& catalog)
      : node_(node), layout_(layout), weights_(weights), file_(file), catalog_(catalog) {}

  void read(DenseNetwork& network) const {
    bool linear = false;  // whether the last layer may still get a response
    for (std::size_t i = 0; i < layout_.rows.size(); ++i) {
      const graph::Row& row = layout_.rows[i];
      const wave::NetworkStep& step = row.step;
      if (step.shares) {
        wrong(i, "uses the weights of an earlier pass: a recurrent layer",
              "layers with weights of their own can be compiled; leave out 'shared'");
      }
      if (step.time) {
        wrong(i, "is one of a network in time",
              "leave out 'steps' and 'cells': what is compiled is passed through once");
      }
      if (step.skip_from) wrong(i, "adds an earlier row", "leave out 'skip'");
      if (!step.layer) {
        if (!linear) network.layers.push_back(copy(row.in.cells()));
        network.layers.back().response = response(i);
        linear = false;
      } else if (step.layer->kind() == Layer::Kind::stencil) {
        network.layers.push_back(
            dense(i, static_cast<const StencilLayer&>(*step.layer), row.in.cells()));
        linear = true;
      } else if (step.layer->kind() == Layer::Kind::general) {
        wrong(i, "is a general layer, which runs code of its own",
              "dense and masked layers can be compiled");
      } else if (static_cast<const DisturbanceLayer&>(*step.layer).disturbance().kind ==
                 Disturbance::Kind::noise) {
        wrong(i, "draws random numbers", "a compiled network has no noise: leave it out");
      }
    }
  }

 private:
  [[noreturn]] void wrong(std::size_t i, const std::string& what, const std::string& hint) const {
    throw Error(ErrorCode::configuration,
                fmt::format("{}: network '{}', step {} ('{}') {}", node_.source.text(), node_.id, i,
                            layout_.rows[i].step.name, what),
                hint);
  }

  static DenseLayer copy(std::int64_t n) {
    DenseLayer layer;
    layer.in = layer.out = n;
    layer.weight.resize(static_cast<std::size_t>(n * n));
    layer.bias.resize(static_cast<std::size_t>(n));
    for (std::int64_t k = 0; k < n; ++k) layer.weight[static_cast<std::size_t>(k * n + k)] = 1;
    return layer;
  }

  Response response(std::size_t i) const {
    const std::string& name = layout_.rows[i].step.name;
    std::optional<ValueMap> settings;
    bool differ = false;
    collect_settings(node_.block, name, settings, differ);
    if (differ) wrong(i, "has several settings in this network", "give all the same");
    Response made{.name = name, .settings = settings.value_or(ValueMap{})};
    check_response(made, fmt::format("{}: network '{}', step {}", node_.source.text(), node_.id, i),
                   catalog_);
    return made;
  }

  at::Tensor tensor(std::size_t i, const char* what, std::int64_t size) const {
    const std::string name =
        fmt::format("{}.{}.{}.{}", node_.id, i, layout_.rows[i].step.name, what);
    const auto it = weights_.find(name);
    if (it == weights_.end() || it->second.numel() != size) {
      throw Error(ErrorCode::data,
                  fmt::format("{} has no tensor '{}' of {} numbers", file_, name, size),
                  "is it the checkpoint of this run?");
    }
    return it->second.to(at::kDouble).contiguous();
  }

  DenseLayer dense(std::size_t i, const StencilLayer& layer, std::int64_t in) const {
    const Stencil stencil = layer.stencil(in);
    DenseLayer made;
    made.in = in;
    made.out = stencil.out;
    made.weight.resize(static_cast<std::size_t>(in * stencil.out));
    made.bias.resize(static_cast<std::size_t>(stencil.out));
    std::vector<double> weights = layer.fixed_weights(in);
    if (weights.empty()) {
      const at::Tensor stored = tensor(i, "weight", stencil.tap_count());
      weights.assign(stored.data_ptr<double>(), stored.data_ptr<double>() + stored.numel());
      if (layer.bias() == Bias::compounding) {
        wrong(i, "has biases that compound", "train it with bias = \"additive\"");
      }
      if (layer.bias() == Bias::additive) {
        const at::Tensor bias = tensor(i, "bias", stencil.out);
        made.bias.assign(bias.data_ptr<double>(), bias.data_ptr<double>() + bias.numel());
      }
    }
    for (std::int64_t j = 0; j < stencil.out; ++j) {
      const auto cell = static_cast<std::size_t>(j);
      for (auto t = stencil.first[cell]; t < stencil.first[cell + 1]; ++t) {
        const auto tap = static_cast<std::size_t>(t);
        made.weight[static_cast<std::size_t>(j * in + stencil.taps[tap])] = weights[tap];
      }
    }
    return made;
  }

  const config::NetworkNode& node_;
  const graph::NetworkLayout& layout_;
  const std::map<std::string, at::Tensor>& weights_;
  const std::string& file_;
  const Catalog& catalog_;
};

}  // namespace

Source read_run(const fs::path& folder, const std::string& head, const Catalog& catalog) {
  const fs::path settings = folder / "resolved.toml";
  if (!fs::exists(settings)) {
    throw Error(ErrorCode::usage,
                folder.string() + " is no folder of a run: it has no resolved.toml",
                "give what glia run has left behind, or a file");
  }
  results::read_resolved(folder);  // or it says what was changed
  Source source;
  source.run.emplace(
      Source::Run{config::load_pipeline(settings.string(), {}, catalog).spec, "", folder});
  const config::PipelineSpec& spec = source.run->spec;
  const config::HeadNode& node = head_of(spec, head, folder);
  source.run->head = node.id;
  const auto shapes = graph::check_shapes(spec);
  const graph::Path& path = shapes.heads.at(node.id);
  if (!path.is_chain()) {
    throw Error(ErrorCode::configuration,
                fmt::format("head '{}' reads joined rows; only one network after the other can be "
                            "compiled",
                            node.id),
                "name a head whose path has no join");
  }
  const std::string& trained = node.training.empty() ? node.id : node.training;
  const std::string file = (folder / "checkpoints" / (trained + ".safetensors")).string();
  if (!fs::exists(file)) {
    throw Error(ErrorCode::configuration,
                fmt::format("head '{}' has no weights: no file {}", node.id, file),
                "give the folder of a run that has come to its end");
  }
  const auto stored = train::load_safetensors(file);
  train::check_digest(stored, file, train::Digest::if_there);
  const std::map<std::string, at::Tensor> weights(stored.tensors.begin(), stored.tensors.end());
  for (const auto* network : path.networks) {
    Reader(*network, shapes.networks.at(network->id), weights, file, catalog).read(source.network);
  }
  if (source.network.layers.empty()) {
    throw Error(ErrorCode::configuration,
                fmt::format("head '{}' reads no network, so there is nothing to compile", node.id));
  }
  return source;
}

}  // namespace glia::compile
