// SPDX-License-Identifier: MIT
#include "train/description.hpp"

#include "core/json_text.hpp"
#include "core/json_trouble.hpp"
#include "core/json_whole.hpp"
#include "train/calculation.hpp"
#include "train/feature_order.hpp"

#include <glia/sdk/activation.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/pass_readout.hpp>
#include <glia/sdk/recipe.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>
#include <utility>
#include <variant>

namespace glia::train {
namespace {

using nlohmann::ordered_json;

ordered_json plugin_json(const config::PluginUse& use) {
  ordered_json settings = ordered_json::object();
  for (const auto& [name, value] : use.values) {
    std::visit([&, &key = name](const auto& v) { settings[key] = v; }, value);
  }
  return {{"plugin", use.plugin->descriptor->id},
          {"version", use.plugin->version},
          {"settings", std::move(settings)}};
}

const char* name_of(RowStep::Op op) {
  switch (op) {
    case RowStep::Op::multiply:
      return "multiply";
    case RowStep::Op::multiply_transposed:
      return "multiply_transposed";
    case RowStep::Op::add:
      return "add";
    case RowStep::Op::subtract:
      return "subtract";
    case RowStep::Op::divide:
      return "divide";
    case RowStep::Op::relu:
      return "relu";
    case RowStep::Op::tanh:
      return "tanh";
    case RowStep::Op::sigmoid:
      return "sigmoid";
  }
  throw Error(ErrorCode::internal, "a step of a recipe that is none");
}

ordered_json recipe_json(const Encoder& encoder) {
  const auto* written = dynamic_cast<const WrittenDown*>(&encoder);
  if (!written) return nullptr;
  ordered_json all = ordered_json::array();
  for (const RowStep& step : written->recipe()) {
    all.push_back({{"op", name_of(step.op)}});
    if (!step.tensor.empty()) all.back()["tensor"] = step.tensor;
  }
  return all;
}

const char* name_of(Formula::Op op) {
  switch (op) {
    case Formula::Op::input:
      return "input";
    case Formula::Op::parameter:
      return "parameter";
    case Formula::Op::constant:
      return "constant";
    case Formula::Op::add:
      return "add";
    case Formula::Op::subtract:
      return "subtract";
    case Formula::Op::multiply:
      return "multiply";
    case Formula::Op::divide:
      return "divide";
    case Formula::Op::less:
      return "less";
    case Formula::Op::select:
      return "select";
    case Formula::Op::exp:
      return "exp";
    case Formula::Op::log:
      return "log";
    case Formula::Op::tanh:
      return "tanh";
    case Formula::Op::sqrt:
      return "sqrt";
    case Formula::Op::abs:
      return "abs";
  }
  throw Error(ErrorCode::internal, "a step of a formula that is none");
}

/// [op, operand...]: operands are earlier steps, a constant, or the number of a parameter.
ordered_json formula_json(const Formula& formula) {
  ordered_json all = ordered_json::array();
  for (const auto& step : formula.steps) {
    ordered_json entry = ordered_json::array({name_of(step.op)});
    if (step.op == Formula::Op::constant) entry.push_back(step.constant);
    if (step.op == Formula::Op::parameter) entry.push_back(step.index);
    for (const std::size_t of : step.of) entry.push_back(of);
    all.push_back(std::move(entry));
  }
  return all;
}

const char* name_of(Bias bias) {
  switch (bias) {
    case Bias::none:
      return "none";
    case Bias::additive:
      return "additive";
    case Bias::compounding:
      return "compounding";
  }
  throw Error(ErrorCode::internal, "a bias that is none");
}

/// For each cell the cells that it hears; "all" where everybody hears everybody.
ordered_json hears_json(const Stencil& stencil) {
  if (stencil.tap_count() == stencil.in * stencil.out) return "all";
  ordered_json all = ordered_json::array();
  for (std::size_t j = 0; j + 1 < stencil.first.size(); ++j) {
    all.push_back(std::vector<std::int32_t>(stencil.taps.begin() + stencil.first[j],
                                            stencil.taps.begin() + stencil.first[j + 1]));
  }
  return all;
}

/// Which row is read: 0 is the encoder's, i what network i - 1 leaves; or several, and how they
/// become one.
void add_heard(ordered_json& json, const graph::Heard& heard) {
  json["reads"] = heard.rows.front();
  if (!heard.join) return;
  json["reads"] = heard.rows;
  json["join"] = heard.join->name;
}

/// One network, step by step.
class NetworkDescription {
 public:
  NetworkDescription(const config::NetworkNode& node, const graph::NetworkLayout& layout)
      : id_(node.id), layout_(layout) {
    json_ = {{"id", node.id}, {"in", layout.in.cells()}, {"out", layout.out.cells()}};
  }

  ordered_json make(const graph::Heard& heard) {
    add_heard(json_, heard);
    ordered_json steps = ordered_json::array();
    for (std::size_t i = 0; i < layout_.rows.size(); ++i) steps.push_back(step(i));
    json_["steps"] = std::move(steps);
    return std::move(json_);
  }

 private:
  ordered_json step(std::size_t i) const {
    const graph::Row& row = layout_.rows[i];
    ordered_json json{{"step", row.step.name}, {"in", row.in.cells()}, {"out", row.out.cells()}};
    if (row.step.skip_from) {
      json["kind"] = "skip";
      json["row"] = *row.step.skip_from;
    } else if (row.step.time) {
      in_time(*row.step.time, json);
    } else if (!row.step.layer) {
      activation(i, json);
    } else if (row.step.layer->kind() == Layer::Kind::stencil) {
      stencil(i, static_cast<const StencilLayer&>(*row.step.layer), json);
    } else if (row.step.layer->kind() == Layer::Kind::disturbance) {
      const auto what = static_cast<const DisturbanceLayer&>(*row.step.layer).disturbance();
      json["kind"] = std::string(what.kind.name);
      json["level"] = what.level;
    } else {
      json["kind"] = "general";
      json["plugin"] = row.plugin;
    }
    return json;
  }

  static void in_time(const wave::TimeOp& op, ordered_json& json) {
    if (const auto* inject = std::get_if<wave::InjectOp>(&op)) {
      json["kind"] = "inject";
      json["row"] = inject->row;
      json["first"] = inject->first;
      json["cells"] = inject->to;
    } else if (const auto* collect = std::get_if<wave::CollectOp>(&op)) {
      json["kind"] = collect->mean ? "mean" : "concat";
      json["rows"] = collect->rows;
    } else {
      json["kind"] = std::holds_alternative<wave::RestOp>(op) ? "rest" : "cut";
    }
  }

  /// What a parameter of step `i` is called: that of the step whose weights it uses.
  std::string tensor(std::size_t i, const std::string& name) const {
    const std::size_t owner = layout_.rows[i].step.shares.value_or(i);
    return id_ + '.' + std::to_string(owner) + '.' + layout_.rows[owner].step.name + '.' + name;
  }

  void stencil(std::size_t i, const StencilLayer& layer, ordered_json& json) const {
    const std::int64_t in = layout_.rows[i].in.cells();
    json["kind"] = "stencil";
    json["hears"] = hears_json(layer.stencil(in));
    const auto fixed = layer.fixed_weights(in);
    if (!fixed.empty()) {
      json["fixed"] = fixed;
      json["bias"] = name_of(Bias::none);
      return;
    }
    json["weight"] = tensor(i, "weight");
    json["bias"] = name_of(layer.bias());
    if (layer.bias() != Bias::none) json["bias_tensor"] = tensor(i, "bias");
  }

  void activation(std::size_t i, ordered_json& json) const {
    const wave::ActivationOp& op = layout_.rows[i].step.activation;
    json["kind"] = op.kernel == FusedActivation::softmax ? "softmax" : "activation";
    if (op.kernel == FusedActivation::softmax) return;
    const auto formula = op.phi ? op.phi->formula() : std::nullopt;
    json["formula"] = formula ? formula_json(*formula) : ordered_json(nullptr);
    ordered_json parameters = ordered_json::array();
    for (const auto& parameter : op.parameters) {
      parameters.push_back({{"name", parameter.name}});
      if (parameter.scope == CellScope::fixed) {
        parameters.back()["value"] = parameter.start;
      } else {
        parameters.back()["tensor"] = tensor(i, parameter.name);
      }
    }
    if (!parameters.empty()) json["parameters"] = std::move(parameters);
  }

  std::string id_;
  const graph::NetworkLayout& layout_;
  ordered_json json_;
};

/// What a head makes of the last row: its loss names it or, where that is one of the head's own,
/// what it does with rows of an example.
ordered_json answer_json(const Head& head, const std::string& id, std::int64_t cells) {
  if (const auto* readout = dynamic_cast<const PassReadout*>(&head)) {
    return {
        {"shares", readout->reading().shares}, {"weight", id + ".weight"}, {"bias", id + ".bias"}};
  }
  switch (head.fused_loss()) {
    case FusedLoss::cross_entropy:
      return "softmax";
    case FusedLoss::squared_error:
      return "values";
    case FusedLoss::none:
      break;
  }
  at::NoGradGuard no_grad;
  const at::Tensor rows = at::linspace(-2, 3, 2 * cells).square().view({2, cells});
  const at::Tensor made = head.forward(rows);
  const at::Tensor logarithms = at::log_softmax(rows, 1);
  const bool same = made.sizes() == rows.sizes() && made.equal(logarithms);
  return same ? ordered_json("softmax") : ordered_json(nullptr);
}

ordered_json head_json(const HeadPath& path) {
  const auto& encoder = *path.nodes.encoder;
  const auto& shapes = path.environment.shapes;
  ordered_json json{{"kind", "head"}, {"node", path.node.id}};
  json.update(plugin_json(path.node.use));
  json["dataset"] = path.nodes.dataset->id;
  json["data"] = sample_json(shapes.datasets.at(path.nodes.dataset->id));
  json["encoder"] = encoder.id;
  json["tested_on"] = encoder.tested_on();
  if (encoder.feature_order != 0) {
    json["features"] = feature_places(encoder, shapes.rows.at(encoder.id).cells());
  }
  ordered_json networks = ordered_json::array();
  for (std::size_t n = 0; n < path.nodes.networks.size(); ++n) {
    const auto& network = *path.nodes.networks[n];
    networks.push_back(
        NetworkDescription(network, shapes.networks.at(network.id)).make(path.nodes.heard[n]));
  }
  add_heard(json, path.nodes.ends.front());
  json["networks"] = std::move(networks);
  json["answer"] =
      answer_json(path.head, path.node.id, graph::row_read_by(shapes, path.node).cells());
  return json;
}

std::string text_of(const ordered_json& json) { return json_text(json); }

/// A head's steps read the row of its encoder.
ordered_json head_steps(const HeadPath& path, const ordered_json& description) {
  const std::string& encoder = path.nodes.encoder->id;
  const auto cells = path.environment.shapes.rows.at(encoder).cells();
  return head_calculation(description, cells);
}

/// How a data set reads its table; null for those that read none.
ordered_json table_json(const config::PipelineSpec& spec, const std::string& id) {
  const auto node = std::find_if(spec.datasets.begin(), spec.datasets.end(),
                                 [&](const auto& dataset) { return dataset.id == id; });
  const auto made = node->use.plugin->descriptor->make_dataset(node->use.values);
  const auto* tabular = dynamic_cast<const Tabular*>(made.get());
  if (!tabular) return nullptr;
  const TableColumns columns = tabular->columns();
  return {{"inputs", columns.inputs},
          {"columns", columns.all},
          {"separator", std::string(1, columns.separator)},
          {"header", columns.header},
          {"decimal", std::string(1, columns.decimal)}};
}

}  // namespace

ordered_json sample_json(const SampleSpec& spec) {
  return {{"shape", spec.shape},
          {"classes", spec.classes},
          {"class_names", spec.class_names},
          {"target_width", spec.target_width}};
}

SampleSpec read_sample(const ordered_json& json) {
  try {
    std::vector<std::int64_t> shape;
    for (const auto& size : json.at("shape")) shape.push_back(json_whole<std::int64_t>(size));
    return {.shape = std::move(shape),
            .classes = json_whole<std::int64_t>(json.at("classes")),
            .target_width = json_whole<std::int64_t>(json.at("target_width")),
            .class_names = json.at("class_names").get<std::vector<std::string>>()};
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorCode::data, "damaged description of the data: " + json_trouble(e));
  }
}

std::optional<TableColumns> read_columns(const ordered_json& data) {
  const auto table = data.find("table");
  if (table == data.end()) return std::nullopt;
  try {
    const auto separator = table->at("separator").get<std::string>();
    const auto decimal = table->value("decimal", ".");  // those of before do not say
    TableColumns columns{.inputs = table->at("inputs").get<std::vector<std::string>>(),
                         .all = table->at("columns").get<std::vector<std::string>>(),
                         .separator = separator.empty() ? ',' : separator[0],
                         .header = table->at("header").get<bool>(),
                         .decimal = decimal.empty() ? '.' : decimal[0]};
    const auto wanted = static_cast<std::size_t>(read_sample(data).features());
    if (columns.inputs.size() == wanted) return columns;
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorCode::data, "damaged description of the data: " + json_trouble(e));
  }
  throw Error(ErrorCode::data, "damaged description of the data: columns that make no sample");
}

Description describe_encoder(const Environment& environment, const config::EncoderNode& node,
                             const Encoder& encoder) {
  const std::string& dataset = node.input().id;
  ordered_json json{{"kind", "encoder"}, {"node", node.id}};
  json.update(plugin_json(node.use));
  json["dataset"] = dataset;
  json["data"] = sample_json(environment.shapes.datasets.at(dataset));
  if (auto table = table_json(environment.spec, dataset); !table.is_null()) {
    json["data"]["table"] = std::move(table);
  }
  json["cells"] = environment.shapes.rows.at(node.id).cells();
  json["recipe"] = recipe_json(encoder);
  const ordered_json steps{{node.id, encoder_calculation(json)}};
  return {{description_key, text_of(json)}, {calculations_key, text_of(steps)}};
}

Description describe_head(const HeadPath& path) {
  const ordered_json json = head_json(path);
  const ordered_json steps{{path.node.id, head_steps(path, json)}};
  return {{description_key, text_of(json)}, {calculations_key, text_of(steps)}};
}

Description describe_training(const std::string& id, const std::vector<HeadPath>& paths) {
  ordered_json heads = ordered_json::object();
  ordered_json steps = ordered_json::object();
  for (const auto& path : paths) {
    ordered_json head = head_json(path);
    steps[path.node.id] = head_steps(path, head);
    heads[path.node.id] = std::move(head);
  }
  const ordered_json json{{"kind", "training"}, {"node", id}, {"heads", std::move(heads)}};
  return {{description_key, text_of(json)}, {calculations_key, text_of(steps)}};
}

}  // namespace glia::train
