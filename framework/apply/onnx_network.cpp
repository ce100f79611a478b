// SPDX-License-Identifier: MIT
#include "apply/onnx_network.hpp"

#include "train/calculation.hpp"
#include "wave/op.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace glia::apply {
namespace {

using nlohmann::ordered_json;

const at::Tensor& tensor(const Tensors& all, const std::string& name) {
  const auto it = all.find(name);
  if (it != all.end()) return it->second;
  throw Error(ErrorCode::data, fmt::format("the checkpoint lacks the tensor '{}'", name),
              "train again into a new folder");
}

std::string constant(OnnxGraph& graph, const at::Tensor& given) {
  const at::Tensor t = given.to(at::kFloat).contiguous();
  return graph.constant(t.sizes().vec(),
                        {t.data_ptr<float>(), static_cast<std::size_t>(t.numel())});
}

std::string number(OnnxGraph& graph, double value) {
  const auto single = static_cast<float>(value);
  return graph.constant({1}, {&single, 1});
}

/// Operators by what checkpoints call them.
const std::map<std::string, std::string, std::less<>> functions{
    {"add", "Add"},        {"subtract", "Sub"}, {"multiply", "Mul"}, {"divide", "Div"},
    {"less", "Less"},      {"select", "Where"}, {"exp", "Exp"},      {"log", "Log"},
    {"tanh", "Tanh"},      {"sqrt", "Sqrt"},    {"abs", "Abs"},      {"relu", "Relu"},
    {"sigmoid", "Sigmoid"}};

/// The weights that a stencil runs on [taps]: a compounding bias only scales them
/// (docs/science.md, "Bias").
at::Tensor weights_of(const ordered_json& step, const Tensors& tensors,
                      const std::vector<std::vector<std::int64_t>>& hears) {
  if (step.contains("fixed")) {
    const auto fixed = step.at("fixed").get<std::vector<double>>();
    return at::tensor(fixed, at::kDouble).to(at::kFloat);
  }
  at::Tensor weights = tensor(tensors, step.at("weight")).clone();
  if (step.at("bias") != "compounding") return weights;
  const at::Tensor& bias = tensor(tensors, step.at("bias_tensor"));
  float* w = weights.data_ptr<float>();
  for (std::size_t j = 0; j < hears.size(); ++j) {
    const float base = 1 + bias.data_ptr<float>()[j];
    float factor = base;
    for (std::size_t t = hears[j].size(); t-- > 0; factor *= base) w[t] *= factor;
    w += hears[j].size();
  }
  return weights;
}

/// Who hears whom, written out.
std::vector<std::vector<std::int64_t>> hears_of(const ordered_json& step) {
  const auto& json = step.at("hears");
  if (json != "all") return json.get<std::vector<std::vector<std::int64_t>>>();
  std::vector<std::int64_t> all(step.at("in").get<std::size_t>());
  for (std::size_t k = 0; k < all.size(); ++k) all[k] = static_cast<std::int64_t>(k);
  return std::vector(step.at("out").get<std::size_t>(), all);
}

class NetworkWriter {
 public:
  NetworkWriter(OnnxGraph& graph, const ordered_json& network, const Tensors& tensors,
                std::string row)
      : graph_(graph), network_(network), tensors_(tensors), rows_{std::move(row)} {}

  std::string write() {
    for (const auto& step : network_.at("steps")) rows_.push_back(add(step));
    return rows_.back();
  }

 private:
  std::string add(const ordered_json& step) {
    const std::string kind = step.at("kind");
    if (kind == "stencil") return stencil(step);
    if (kind == "skip") return skip(step);
    if (kind == "softmax") return graph_.node("Softmax", {rows_.back()}, {{"axis", 1}});
    if (kind == "cut" || train::is_disturbance(step)) return rows_.back();
    if (kind == "rest") return rest(step);
    if (kind == "inject") return inject(step);
    if (kind == "mean" || kind == "concat") return collect(step);
    if (kind == "activation" && !step.at("formula").is_null()) return activation(step);
    throw Error(ErrorCode::usage,
                fmt::format("step '{}' of network '{}' cannot be written as ONNX: it is {}",
                            step.value("step", "?"), network_.value("id", "?"),
                            kind == "activation" ? "an activation that is not written down"
                                                 : "a layer of code, and no stencil"),
                "ElementwiseActivation and stencil layers are written down by themselves");
  }

  std::string stencil(const ordered_json& step) {
    const auto hears = hears_of(step);
    const at::Tensor weights = weights_of(step, tensors_, hears);
    const std::string sum = step.at("hears") == "all" ? dense(step, weights) : taps(hears, weights);
    if (step.at("bias") != "additive") return sum;
    return graph_.node("Add", {sum, constant(graph_, tensor(tensors_, step.at("bias_tensor")))});
  }

  std::string dense(const ordered_json& step, const at::Tensor& weights) {
    const auto in = step.at("in").get<std::int64_t>(), out = step.at("out").get<std::int64_t>();
    return graph_.node("MatMul", {rows_.back(), constant(graph_, weights.view({out, in}).t())});
  }

  /// Every cell's taps side by side, those with fewer filled up with weights of zero.
  std::string taps(const std::vector<std::vector<std::int64_t>>& hears, const at::Tensor& weights) {
    std::size_t most = 1;
    for (const auto& cells : hears) most = std::max(most, cells.size());
    std::vector<std::int64_t> cells(hears.size() * most, 0);
    std::vector<float> padded(cells.size(), 0);
    const float* w = weights.data_ptr<float>();
    for (std::size_t j = 0; j < hears.size(); ++j) {
      for (std::size_t t = 0; t < hears[j].size(); ++t) {
        cells[j * most + t] = hears[j][t];
        padded[j * most + t] = *w++;
      }
    }
    const std::vector<std::int64_t> shape{static_cast<std::int64_t>(hears.size()),
                                          static_cast<std::int64_t>(most)};
    const std::string heard =
        graph_.node("Gather", {rows_.back(), graph_.indices(shape, cells)}, {{"axis", 1}});
    const std::string weighted = graph_.node("Mul", {heard, graph_.constant(shape, padded)});
    return graph_.node("ReduceSum", {weighted, graph_.constant(std::vector<std::int64_t>{2})},
                       {{"keepdims", 0}});
  }

  /// Same cell to same cell, centre on centre.
  std::string skip(const ordered_json& step) {
    const auto row = step.at("row").get<std::size_t>();
    const auto to = step.at("in").get<std::int64_t>();
    const auto& steps = network_.at("steps");
    const auto from =
        (row == 0 ? network_.at("in") : steps.at(row - 1).at("out")).get<std::int64_t>();
    std::string heard = rows_.at(row);
    if (from != to) {
      const wave::Overlay over(to, from);
      std::vector<std::int64_t> cells(static_cast<std::size_t>(over.count));
      for (std::size_t i = 0; i < cells.size(); ++i)
        cells[i] = over.b + static_cast<std::int64_t>(i);
      heard = graph_.node("Gather", {heard, graph_.constant(cells)}, {{"axis", 1}});
      heard = graph_.node("Pad", {heard, graph_.constant(std::vector<std::int64_t>{
                                             0, over.a, 0, to - over.a - over.count})});
    }
    return graph_.node("Add", {rows_.back(), heard});
  }

  /// Zeros, as many rows as the input has.
  std::string rest(const ordered_json& step) {
    const std::string shape = graph_.node("Shape", {rows_.front()});
    const std::string samples = graph_.node(
        "Gather", {shape, graph_.constant(std::vector<std::int64_t>{0})}, {{"axis", 0}});
    const std::string cells =
        graph_.constant(std::vector<std::int64_t>{step.at("out").get<std::int64_t>()});
    return graph_.node("ConstantOfShape", {graph_.node("Concat", {samples, cells}, {{"axis", 0}})});
  }

  /// Every cell gathers what it hears: a number of that row, or the zero that is put behind it.
  std::string inject(const ordered_json& step) {
    const auto row = step.at("row").get<std::size_t>();
    const auto first = step.at("first").get<std::int64_t>();
    const auto to = step.at("cells").get<std::vector<std::size_t>>();
    const auto zero = (row == 0 ? network_.at("in") : network_.at("steps").at(row - 1).at("out"))
                          .get<std::int64_t>();
    std::vector<std::int64_t> heard(step.at("in").get<std::size_t>(), zero);
    for (std::size_t j = 0; j < to.size(); ++j) {
      heard.at(to[j]) = first + static_cast<std::int64_t>(j);
    }
    std::string& padded = padded_[row];
    if (padded.empty()) {
      padded = graph_.node("Pad",
                           {rows_.at(row), graph_.constant(std::vector<std::int64_t>{0, 0, 0, 1})});
    }
    return graph_.node("Add", {rows_.back(), graph_.node("Gather", {padded, graph_.constant(heard)},
                                                         {{"axis", 1}})});
  }

  std::string collect(const ordered_json& step) {
    std::vector<std::string> rows;
    for (const auto& row : step.at("rows")) rows.push_back(rows_.at(row.get<std::size_t>()));
    return step.at("kind") == "mean" ? graph_.node("Mean", rows)
                                     : graph_.node("Concat", rows, {{"axis", 1}});
  }

  std::string activation(const ordered_json& step) {
    std::vector<std::string> values;
    for (const auto& part : step.at("formula")) {
      const std::string op = part.at(0);
      if (op == "input") {
        values.push_back(rows_.back());
      } else if (op == "constant") {
        values.push_back(number(graph_, part.at(1)));
      } else if (op == "parameter") {
        const auto& parameter = step.at("parameters").at(part.at(1).get<std::size_t>());
        values.push_back(parameter.contains("tensor")
                             ? constant(graph_, tensor(tensors_, parameter.at("tensor")))
                             : number(graph_, parameter.at("value")));
      } else {
        std::vector<std::string> operands;
        for (std::size_t i = 1; i < part.size(); ++i) {
          operands.push_back(values.at(part.at(i).get<std::size_t>()));
        }
        values.push_back(graph_.node(functions.at(op), operands));
      }
    }
    return values.back();
  }

  OnnxGraph& graph_;
  const ordered_json& network_;
  const Tensors& tensors_;
  std::vector<std::string> rows_;              // the input, and what each step left
  std::map<std::size_t, std::string> padded_;  // rows with a zero behind them
};

}  // namespace

std::string add_encoder(OnnxGraph& graph, const ordered_json& description, const Tensors& tensors,
                        std::string row) {
  const auto& recipe = description.at("recipe");
  if (recipe.is_null()) {
    throw Error(
        ErrorCode::usage,
        fmt::format("encoder '{}' cannot be written as ONNX: its plugin '{}' does not write "
                    "down what it does",
                    description.value("node", "?"), description.value("plugin", "?")),
        "the plugin's author adds `recipe()` to it");
  }
  for (const auto& step : recipe) {
    const std::string op = step.at("op");
    if (op == "multiply") {
      row = graph.node("MatMul", {row, constant(graph, tensor(tensors, step.at("tensor")))});
    } else if (op == "multiply_transposed") {
      row = graph.node("MatMul", {row, constant(graph, tensor(tensors, step.at("tensor")).t())});
    } else if (step.contains("tensor")) {
      row =
          graph.node(functions.at(op), {row, constant(graph, tensor(tensors, step.at("tensor")))});
    } else {
      row = graph.node(functions.at(op), {row});
    }
  }
  return row;
}

std::string add_network(OnnxGraph& graph, const ordered_json& network, const Tensors& tensors,
                        const std::string& row) {
  return NetworkWriter(graph, network, tensors, row).write();
}

std::string add_passes(OnnxGraph& graph, const ordered_json& answer, const Tensors& tensors,
                       const std::string& row, std::int64_t cells) {
  const auto shares = answer.at("shares").get<std::vector<float>>();
  const auto passes = static_cast<std::int64_t>(shares.size());
  const at::Tensor weight = tensor(tensors, answer.at("weight")).t();
  const std::string states = graph.node(
      "Reshape", {row, graph.constant(std::vector<std::int64_t>{-1, passes, cells / passes})});
  const std::string heard =
      graph.node("Add", {graph.node("MatMul", {states, constant(graph, weight)}),
                         constant(graph, tensor(tensors, answer.at("bias")))});
  const std::string counted = graph.node("Mul", {graph.node("LogSoftmax", {heard}, {{"axis", 2}}),
                                                 graph.constant({passes, 1}, shares)});
  const std::string sums = graph.node(
      "ReduceSum", {counted, graph.constant(std::vector<std::int64_t>{1})}, {{"keepdims", 0}});
  return graph.node("Softmax", {sums}, {{"axis", 1}});
}

}  // namespace glia::apply
