// SPDX-License-Identifier: MIT
#include "compile/written.hpp"
#include "wave/bridge.hpp"

#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <memory>

namespace glia::compile {

at::Tensor random_inputs(std::int64_t count, std::int64_t n, std::uint64_t seed, double box) {
  at::Tensor inputs = at::empty({count, n}, at::kDouble);
  RandomStream(seed, "compile/inputs", 0)
      .normal(
          std::span<double>(inputs.data_ptr<double>(), static_cast<std::size_t>(inputs.numel())));
  return box > 0 ? inputs.clamp_(-box, box) : inputs;
}

at::Tensor answers_of(const DenseNetwork& network, const at::Tensor& row, const Catalog& catalog) {
  at::NoGradGuard no_grad;
  at::Tensor x = row;
  for (const DenseLayer& layer : network.layers) {
    const auto matrix =
        at::from_blob(const_cast<double*>(layer.weight.data()), {layer.out, layer.in}, at::kDouble)
            .to(row.scalar_type());
    const auto bias =
        at::from_blob(const_cast<double*>(layer.bias.data()), {layer.out}, at::kDouble)
            .to(row.scalar_type());
    x = at::linear(x, matrix, bias);
    if (layer.response.linear()) continue;
    const CatalogEntry* plugin = catalog.find(PluginKind::activation, layer.response.name);
    std::shared_ptr<const Activation> phi =
        plugin->descriptor->make_activation(layer.response.settings);
    const auto program = std::make_shared<const wave::Program>(
        layer.out, std::vector<wave::Op>{wave::ActivationOp(std::move(phi))});
    x = wave::run_program(program, x, {});
  }
  return x;
}

}  // namespace glia::compile
