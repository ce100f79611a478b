// SPDX-License-Identifier: MIT
// A program as LibTorch operations: slower than the engine on a processor, on any device, and
// differentiated by autograd. The reference of the engine, and the way to a GPU.
#include "wave/backend.hpp"
#include "wave/backends/torch/steps.hpp"
#include "wave/row_ops.hpp"

#include <ATen/ATen.h>

#include <map>
#include <utility>

namespace glia::wave::torch_backend {
namespace {

class TorchExecutable final : public Executable {
 public:
  TorchExecutable(std::shared_ptr<const Program> program, c10::Device device)
      : program_(std::move(program)) {
    for (std::size_t i = 0; i < program_->ops().size(); ++i) {
      if (const auto* step = std::get_if<StencilOp>(&program_->ops()[i])) {
        taps_.emplace(i, TapTensors(*step, device));
      }
    }
  }

  at::Tensor run(const at::Tensor& row, const std::vector<at::Tensor>& parameters,
                 const ForwardContext& context) const override {
    const auto owned = by_op(*program_, parameters);
    std::vector<at::Tensor> rows{row};
    for (std::size_t i = 0; i < program_->ops().size(); ++i) {
      const Op& op = program_->ops()[i];
      const at::Tensor& x = rows.back();
      at::Tensor y;
      if (const auto* step = std::get_if<StencilOp>(&op)) {
        y = weigh(i, owned[step->shares.value_or(i)], x);
      } else if (const auto* activation = std::get_if<ActivationOp>(&op)) {
        y = respond(*activation, x, owned[activation->shares.value_or(i)]);
      } else if (const auto* chance = std::get_if<DisturbOp>(&op)) {
        y = torch_backend::disturb(*chance, x, context);
      } else {
        y = make_row(op, rows);
      }
      rows.push_back(std::move(y));
    }
    return rows.back();
  }

 private:
  at::Tensor weigh(std::size_t op, const std::vector<at::Tensor>& own, const at::Tensor& x) const {
    const TapTensors& taps = taps_.at(op);
    const at::Tensor fixed = taps.fixed(x);
    return taps.weigh(x, fixed.defined() ? fixed : own.at(0),
                      own.size() > 1 ? own[1] : at::Tensor());
  }

  std::shared_ptr<const Program> program_;
  std::map<std::size_t, TapTensors> taps_;
};

class TorchBackend final : public Backend {
 public:
  std::shared_ptr<const Executable> prepare(std::shared_ptr<const Program> program,
                                            c10::Device device) const override {
    return std::make_shared<TorchExecutable>(std::move(program), device);
  }
};

const Registered<BackendEntry> registered(
    backend_entry("torch", "LibTorch's operations, on any device that it has.",
                  std::make_shared<TorchBackend>()));

}  // namespace
}  // namespace glia::wave::torch_backend
