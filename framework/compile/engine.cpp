// SPDX-License-Identifier: MIT
#include "compile/engine.hpp"

#include "train/start_weights.hpp"
#include "wave/backend.hpp"
#include "wave/bridge.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

namespace glia::compile {
namespace {

constexpr std::int64_t samples_at_once = 512;

}  // namespace

Engine::Engine(const config::NetworkNode& node, const graph::NetworkLayout& layout,
               at::ScalarType type)
    : parameters_(1, node.id, type) {
  network_ = std::make_unique<wave::Network>(layout.in.cells(), layout.steps(), parameters_,
                                             node.id + '.');
  train::start_parameters({train::StartOf(node)}, parameters_);
  program_ = network_->program();
  if (!program_) {
    throw Error(ErrorCode::configuration, "network '" + node.id + "' has general layers",
                "a compiled network has waves and activations only");
  }
  std::vector<at::Tensor> all;
  for (const auto& [name, tensor] : parameters_.all()) all.push_back(tensor);
  tensors_ = wave::by_op(*program_, all);
  for (std::size_t i = 0; i < program_->ops().size(); ++i) {
    if (std::holds_alternative<wave::StencilOp>(program_->ops()[i])) {
      waves_.push_back(i);
    } else if (!std::holds_alternative<wave::ActivationOp>(program_->ops()[i])) {
      throw Error(ErrorCode::configuration, "network '" + node.id + "' has a disturbance or a skip",
                  "a compiled network has waves and activations only");
    }
  }
}

const wave::StencilOp& Engine::op(std::size_t wave) const {
  return std::get<wave::StencilOp>(program_->ops()[waves_[wave]]);
}

at::Tensor Engine::run(const at::Tensor& row) const {
  at::NoGradGuard no_grad;
  std::vector<at::Tensor> answers;  // some samples at a time: deep networks have many rows
  for (const at::Tensor& part : row.split(samples_at_once)) {
    answers.push_back(network_->forward(part, {}));
  }
  return at::cat(answers);
}

at::Tensor Engine::weight(std::size_t wave) const {
  const wave::StencilOp& op = this->op(wave);
  if (op.fixed.empty()) return tensors_[waves_[wave]][0].detach().to(at::kDouble).contiguous();
  return at::from_blob(const_cast<double*>(op.fixed.data()),
                       {static_cast<std::int64_t>(op.fixed.size())}, at::kDouble)
      .clone();
}

at::Tensor Engine::bias(std::size_t wave) const {
  const wave::StencilOp& op = this->op(wave);
  if (op.bias == Bias::none) return at::zeros({op.stencil.out}, at::kDouble);
  return tensors_[waves_[wave]][1].detach().to(at::kDouble).contiguous();
}

at::Tensor Engine::stretch(std::size_t first, std::size_t last, const at::Tensor& row,
                           bool with_biases) const {
  at::NoGradGuard no_grad;
  std::vector<wave::Op> ops;
  std::vector<at::Tensor> tensors;
  for (std::size_t wave = first; wave < last; ++wave) {
    wave::StencilOp op = this->op(wave);
    if (op.fixed.empty()) tensors.push_back(tensors_[waves_[wave]][0]);
    if (!with_biases) op.bias = Bias::none;
    if (op.bias != Bias::none) tensors.push_back(tensors_[waves_[wave]][1]);
    ops.emplace_back(std::move(op));
  }
  const auto program = std::make_shared<const wave::Program>(row.size(1), std::move(ops));
  return wave::run_program(program, row, tensors);
}

}  // namespace glia::compile
