// SPDX-License-Identifier: MIT
// Activations: what the engine, other backends and training rely on.
#include "check/trial.hpp"
#include "plugin/descriptor_check.hpp"
#include "plugin/example.hpp"
#include "wave/backend.hpp"
#include "wave/bridge.hpp"

#include <glia/sdk/activation.hpp>

#include <torch/csrc/autograd/autograd.h>

#include <fmt/format.h>

#include <cmath>
#include <set>

namespace glia::check {
namespace {

constexpr std::int64_t cells = 7, batch = 5;

/// The activation by its own code, every parameter of it trained, one for each cell.
struct Trained {
  std::shared_ptr<const Activation> phi;
  std::shared_ptr<const wave::Program> program;
  std::vector<at::Tensor> parameters;

  explicit Trained(const Subject& s)
      : phi(s.descriptor->make_activation(plugin::example_values(*s.descriptor))) {
    wave::ActivationOp op(phi);
    op.kernel = FusedActivation::none;
    for (auto& parameter : op.parameters) {
      parameter.scope = CellScope::cell;
      parameters.push_back(at::full({cells}, parameter.start, at::kDouble).set_requires_grad(true));
    }
    program = std::make_shared<wave::Program>(cells, std::vector<wave::Op>{op});
  }

  at::Tensor forward(const at::Tensor& x) const {
    return wave::run_program(program, x, parameters);
  }
};

at::Tensor inputs(const Subject& s) {
  return normal(s.seed, "check/activation", {batch, cells}, at::kDouble).mul_(2);
}

void response_parameters(const Subject& s) {
  const auto phi = s.descriptor->make_activation(plugin::example_values(*s.descriptor));
  const auto all = phi->parameters();
  if (all.empty()) throw Skip{"it has no parameters"};
  expect(all.size() <= most_activation_parameters,
         fmt::format("it has {} parameters, more than the engine takes", all.size()));
  std::set<std::string> seen;
  for (const auto& parameter : all) {
    expect(plugin::is_identifier(parameter.name) && seen.insert(parameter.name).second,
           fmt::format("the name '{}' is no identifier, or is there twice", parameter.name));
    expect(std::isfinite(parameter.start),
           fmt::format("'{}' starts at no finite number", parameter.name));
  }
  const Trained own(s);
  const at::Tensor x = inputs(s), probe = normal(s.seed, "check/probe", x.sizes(), at::kDouble);
  const auto value = [&] { return (own.forward(x) * probe).sum(); };
  const auto gradients = torch::autograd::grad({value()}, own.parameters);
  at::NoGradGuard no_grad;
  for (std::size_t p = 0; p < all.size(); ++p) {
    for (std::int64_t c = 0; c < cells; ++c) {
      double& number = own.parameters[p].data_ptr<double>()[c];
      const double kept = number, h = 1e-6 * std::max(1.0, std::abs(kept));
      number = kept + h;
      const double above = value().item<double>();
      number = kept - h;
      const double below = value().item<double>();
      number = kept;
      const double wanted = (above - below) / (2 * h), found = gradients[p][c].item<double>();
      expect(std::abs(wanted - found) <= 1e-6 + 1e-4 * std::abs(wanted),
             fmt::format("the derivative by '{}' is {}, but central differences give {}",
                         all[p].name, text_of(found), text_of(wanted)));
    }
  }
}

void formula(const Subject& s) {
  const Trained own(s);
  if (!own.phi->formula()) {
    if (own.phi->fused() != FusedActivation::none) throw Skip{"the engine knows it by name"};
    throw Failure{
        "it has neither a formula nor a name that the engine knows: no other backend can "
        "run it\nderive it from glia::ElementwiseActivation, or let formula() return one"};
  }
  const at::Tensor x = inputs(s).set_requires_grad(true);
  const at::Tensor probe = normal(s.seed, "check/probe", x.sizes(), at::kDouble);
  const at::Tensor code = own.forward(x);
  const at::Tensor written = wave::backend("torch").run(own.program, x, own.parameters, {});
  const double d = difference(code, written);
  expect(d < 1e-9, "its formula and its code differ by " + text_of(d));
  const at::Tensor by_code = torch::autograd::grad({code}, {x}, {probe})[0];
  const at::Tensor by_formula = torch::autograd::grad({written}, {x}, {probe})[0];
  const double slope = difference(by_code, by_formula);
  expect(slope < 1e-7,
         "the derivatives of its formula and of its code differ by " + text_of(slope));
}

void fused_response(const Subject& s) {
  const std::shared_ptr<const Activation> phi =
      s.descriptor->make_activation(plugin::example_values(*s.descriptor));
  if (phi->fused() == FusedActivation::none) throw Skip{"it names none of the engine's own"};
  wave::ActivationOp own(phi);
  own.kernel = FusedActivation::none;
  const auto run = [](const wave::ActivationOp& op, const at::Tensor& x) {
    return wave::run_program(std::make_shared<wave::Program>(cells, std::vector<wave::Op>{op}), x,
                             {});
  };
  for (const auto type : {at::kDouble, at::kFloat}) {
    const at::Tensor x = inputs(s).to(type).set_requires_grad(true);
    const at::Tensor probe = normal(s.seed, "check/probe", x.sizes(), type);
    const at::Tensor mine = run(own, x), engine = run(wave::ActivationOp(phi->fused()), x);
    const double allowed = type == at::kDouble ? 1e-12 : 2e-6;
    const double d = difference(mine, engine);
    expect(d < allowed,
           fmt::format("it says that it is the engine's '{}', but differs from that by {}",
                       wave::name_of(phi->fused()), text_of(d)));
    const double slope = difference(torch::autograd::grad({mine}, {x}, {probe})[0],
                                    torch::autograd::grad({engine}, {x}, {probe})[0]);
    expect(slope < 4 * allowed,
           fmt::format("its derivative differs from that of the engine's '{}' by {}",
                       wave::name_of(phi->fused()), text_of(slope)));
  }
}

}  // namespace

std::vector<Check> activation_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
      {"activation-parameters",
       "Parameters of cells are trained by the derivative that the plugin gives, and saved by "
       "name.",
       error, plugin, activations, response_parameters},
      {"activation-formula",
       "Another backend (a GPU, say) computes the activation from its formula: it must be the same "
       "function.",
       error, plugin, activations, formula},
      {"activation-fused",
       "Where an activation names one of the engine's own, the engine's code runs: it must be the "
       "same function.",
       error, plugin, activations, fused_response},
  };
}

}  // namespace glia::check
