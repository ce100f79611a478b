// SPDX-License-Identifier: MIT
#include "wave/bridge.hpp"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>
#include <torch/types.h>

#include <utility>

namespace glia::wave {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Keeps the program alive as long as the autograd graph that refers to it.
struct Holder : torch::CustomClassHolder {
  explicit Holder(std::shared_ptr<const Program> p) : program(std::move(p)) {}
  std::shared_ptr<const Program> program;
};

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

struct ProgramFunction : torch::autograd::Function<ProgramFunction> {
  static at::Tensor forward(AutogradContext* context, const std::shared_ptr<const Program>& program,
                            const at::Tensor& row, const variable_list& parameters) {
    const std::int64_t batch = row.size(0);
    const at::Tensor x = row.t().contiguous();
    const at::Tensor workspace = at::empty({program->cells(), batch}, x.options());
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "wave program", [&] {
      const auto p = lay_out<OpParameters<scalar_t>, scalar_t>(*program, parameters);
      program->forward<scalar_t>(batch, x.data_ptr<scalar_t>(), p, workspace.data_ptr<scalar_t>());
    });
    context->saved_data["program"] =
        c10::IValue::make_capsule(c10::make_intrusive<Holder>(program));
    variable_list saved = {x, workspace};
    saved.insert(saved.end(), parameters.begin(), parameters.end());
    context->save_for_backward(std::move(saved));
    return workspace.narrow(0, program->last_row(), program->out()).t().contiguous();
  }

  static variable_list backward(AutogradContext* context, const variable_list& grads) {
    const auto holder =
        c10::static_intrusive_pointer_cast<Holder>(context->saved_data["program"].toCapsule());
    const Program& program = *holder->program;
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &workspace = saved[1];
    const std::vector<at::Tensor> parameters(saved.begin() + 2, saved.end());
    const std::int64_t batch = x.size(1);
    const at::Tensor dy = grads[0].t().contiguous();
    at::Tensor dx = context->needs_input_grad(1) ? at::empty_like(x) : at::Tensor();
    std::vector<at::Tensor> gradients;
    for (const auto& p : parameters) gradients.push_back(at::empty_like(p));
    const at::Tensor scratch = at::empty({2 * program.widest(), batch}, x.options());
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "wave program", [&] {
      const auto p = lay_out<OpParameters<scalar_t>, scalar_t>(program, parameters);
      const auto g = lay_out<OpGradients<scalar_t>, scalar_t>(program, gradients);
      program.backward<scalar_t>(
          batch, x.data_ptr<scalar_t>(), p, workspace.data_ptr<scalar_t>(), dy.data_ptr<scalar_t>(),
          dx.defined() ? dx.data_ptr<scalar_t>() : nullptr, g, scratch.data_ptr<scalar_t>());
    });
    variable_list result = {at::Tensor(), dx.defined() ? dx.t() : dx};
    result.insert(result.end(), gradients.begin(), gradients.end());
    return result;
  }
};

}  // namespace

at::Tensor run_program(const std::shared_ptr<const Program>& program, const at::Tensor& row,
                       const std::vector<at::Tensor>& parameters) {
  return ProgramFunction::apply(program, row, parameters);
}

}  // namespace glia::wave
