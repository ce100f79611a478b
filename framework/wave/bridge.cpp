// SPDX-License-Identifier: MIT
#include "wave/bridge.hpp"

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/types.h>

#include <utility>

namespace glia::wave {
namespace {

using torch::autograd::variable_list;

/// Hands out the tensors' memory in the order in which the program's ops want it.
template <class Pointers, class T>
std::vector<Pointers> lay_out(const Program& program, const std::vector<at::Tensor>& tensors) {
  std::vector<Pointers> all(program.ops().size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (const auto* op = std::get_if<StencilOp>(&program.ops()[i])) {
      all[i].weight = tensors[next++].data_ptr<T>();
      if (op->bias != Bias::none) all[i].bias = tensors[next++].data_ptr<T>();
    }
  }
  return all;
}

/// The backward half. A Node of our own rather than torch::autograd::Function, which follows single
/// tensors only, not lists of parameters.
struct ProgramBackward final : torch::autograd::Node {
  std::shared_ptr<const Program> program;
  at::Tensor x;          // [in, B]
  at::Tensor workspace;  // all rows of the forward pass
  std::vector<at::Tensor> parameters;

  variable_list apply(variable_list&& grads) override {
    const std::int64_t batch = x.size(1);
    const at::Tensor dy = grads[0].t().contiguous();
    const at::Tensor dx = should_compute_output(0) ? at::empty_like(x) : at::Tensor();
    std::vector<at::Tensor> gradients;
    for (const auto& p : parameters) gradients.push_back(at::empty_like(p));
    const at::Tensor scratch = at::empty({2 * program->widest(), batch}, x.options());
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "wave program", [&] {
      const auto p = lay_out<OpParameters<scalar_t>, scalar_t>(*program, parameters);
      const auto g = lay_out<OpGradients<scalar_t>, scalar_t>(*program, gradients);
      program->backward<scalar_t>(
          batch, x.data_ptr<scalar_t>(), p, workspace.data_ptr<scalar_t>(), dy.data_ptr<scalar_t>(),
          dx.defined() ? dx.data_ptr<scalar_t>() : nullptr, g, scratch.data_ptr<scalar_t>());
    });
    variable_list result = {dx.defined() ? dx.t() : dx};
    result.insert(result.end(), gradients.begin(), gradients.end());
    return result;
  }

  void release_variables() override {
    x.reset();
    workspace.reset();
    parameters.clear();
  }
};

}  // namespace

at::Tensor run_program(const std::shared_ptr<const Program>& program, const at::Tensor& row,
                       const std::vector<at::Tensor>& parameters) {
  variable_list inputs = {row};
  inputs.insert(inputs.end(), parameters.begin(), parameters.end());
  const bool differentiate = torch::autograd::GradMode::is_enabled() &&
                             torch::autograd::any_variable_requires_grad(inputs);
  at::AutoDispatchBelowADInplaceOrView below_autograd;
  const std::int64_t batch = row.size(0);
  const at::Tensor x = row.detach().t().contiguous();
  const at::Tensor workspace = at::empty({program->cells(), batch}, x.options());
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "wave program", [&] {
    const auto p = lay_out<OpParameters<scalar_t>, scalar_t>(*program, parameters);
    program->forward<scalar_t>(batch, x.data_ptr<scalar_t>(), p, workspace.data_ptr<scalar_t>());
  });
  at::Tensor y = workspace.narrow(0, program->last_row(), program->out()).t().contiguous();
  if (differentiate) {
    auto node = std::shared_ptr<ProgramBackward>(new ProgramBackward, torch::autograd::deleteNode);
    node->program = program;
    node->x = x;
    node->workspace = workspace;
    for (const auto& p : parameters) node->parameters.push_back(p.detach());
    node->set_next_edges(torch::autograd::collect_next_edges(inputs));
    torch::autograd::set_history(y, node);
  }
  return y;
}

}  // namespace glia::wave
