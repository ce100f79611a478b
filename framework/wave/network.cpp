// SPDX-License-Identifier: MIT
#include "wave/network.hpp"

#include "core/thrown.hpp"
#include "wave/backend.hpp"
#include "wave/bridge.hpp"
#include "wave/orthogonal_start.hpp"
#include "wave/row_ops.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <set>
#include <utility>

namespace glia::wave {
namespace {

/// Fan-in that bounds the uniform start of cell j's weights and bias.
double fan_in(const Stencil& s, std::int64_t j, StencilInit init) {
  if (init == StencilInit::row_width) return static_cast<double>(s.in);
  const auto taps = s.first[static_cast<std::size_t>(j) + 1] - s.first[static_cast<std::size_t>(j)];
  return std::max(1, taps);  // a cell may hear nobody and still have a bias
}

/// Bound of the uniform start of each tap's weight, and of each cell's bias.
at::Tensor start_bounds(const Stencil& s, StencilInit init, bool of_taps) {
  at::Tensor bounds = at::empty({of_taps ? s.tap_count() : s.out}, at::kDouble);
  double* out = bounds.data_ptr<double>();
  for (std::int64_t j = 0; j < s.out; ++j) {
    const auto taps =
        s.first[static_cast<std::size_t>(j) + 1] - s.first[static_cast<std::size_t>(j)];
    const double bound = 1 / std::sqrt(fan_in(s, j, init));
    for (std::int32_t t = 0; t < (of_taps ? taps : 1); ++t) *out++ = bound;
  }
  return bounds;
}

/// A parameter that starts uniform within a bound of its own for each element.
at::Tensor add_scaled(ParameterSet& parameters, const std::string& name, const at::Tensor& bounds) {
  at::Tensor p = parameters.add(name, {bounds.size(0)}, Init::uniform(1));
  at::NoGradGuard no_grad;
  p.mul_(bounds.to(p.scalar_type()));
  return p;
}

/// The weights of a stencil as its layer has them start.
at::Tensor add_weights(ParameterSet& parameters, const std::string& name, const Stencil& s,
                       StencilInit init) {
  if (init != StencilInit::orthogonal)
    return add_scaled(parameters, name, start_bounds(s, init, true));
  constexpr double spread = 0.7;  // of the deviation by fan-in; the value matters little
  at::Tensor p = parameters.add(name, {s.tap_count()}, Init::normal(spread));
  at::NoGradGuard no_grad;
  at::Tensor weights =
      (p * start_bounds(s, StencilInit::fan_in, true)).to(at::kDouble).contiguous();
  make_near_orthogonal(s, {weights.data_ptr<double>(), static_cast<std::size_t>(weights.numel())});
  p.copy_(weights);
  return p;
}

at::Tensor add_biases(ParameterSet& parameters, const std::string& name, const Stencil& s,
                      StencilInit init) {
  if (init == StencilInit::orthogonal) return parameters.add(name, {s.out}, Init::zeros());
  return add_scaled(parameters, name, start_bounds(s, init, false));
}

/// Parameters [n] are kept on the processor: one copy of all goes to the device, and one of their
/// gradients comes back, as parts of autograd's graph.
std::vector<at::Tensor> copies(const std::vector<at::Tensor>& parameters, c10::Device device) {
  if (parameters.empty()) return {};
  std::vector<std::int64_t> sizes;
  for (const at::Tensor& parameter : parameters) sizes.push_back(parameter.numel());
  return at::cat(parameters).to(device).split_with_sizes(sizes);
}

}  // namespace

/// Cuts the steps into segments and adds their parameters.
class Network::Builder {
 public:
  Builder(Network& network, std::vector<NetworkStep> steps, ParameterSet& parameters,
          const std::string& prefix)
      : network_(network), steps_(std::move(steps)), parameters_(parameters), prefix_(prefix) {
    find_cuts();
    parameters_.set_prefix(prefix_);
  }

  void build() {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const NetworkStep& step = steps_[i];
      if (cuts_.count(i) || !step.fused()) fuse();
      widths_.push_back(network_.out_);
      if (ops_.empty()) first_ = i, ops_in_ = network_.out_;
      if (step.skip_from) {
        skip(i);
      } else if (step.time) {
        in_time(*step.time);
      } else if (!step.layer) {
        activation(i);
      } else if (step.layer->kind() == Layer::Kind::stencil) {
        stencil(i, static_cast<const StencilLayer&>(*step.layer));
      } else if (step.layer->kind() == Layer::Kind::disturbance) {
        const auto& layer = static_cast<const DisturbanceLayer&>(*step.layer);
        ops_.emplace_back(DisturbOp{layer.disturbance(), 0, i});
      } else {
        general(i);
      }
    }
    fuse();
  }

 private:
  /// Steps at which a program must begin: a skip over a general layer reads its row there.
  void find_cuts() {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (!steps_[i].skip_from) continue;
      const auto begin = steps_.begin() + static_cast<std::ptrdiff_t>(*steps_[i].skip_from);
      const auto end = steps_.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::all_of(begin, end, [](const NetworkStep& s) { return s.fused(); })) continue;
      cuts_.insert(*steps_[i].skip_from);
      cuts_.insert(i);
    }
    // A skip over such a cut cannot be part of one program either.
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (!steps_[i].skip_from) continue;
        const auto cut = cuts_.upper_bound(*steps_[i].skip_from);
        if (cut == cuts_.end() || *cut > i) continue;
        changed |= cuts_.insert(*steps_[i].skip_from).second;
        changed |= cuts_.insert(i).second;
      }
    }
  }

  void skip(std::size_t i) {
    const std::size_t from = *steps_[i].skip_from;
    if (!cuts_.count(i)) {
      ops_.emplace_back(SkipOp{from - first_});
      return;
    }
    network_.segments_.push_back({i, Skip{from}});
  }

  /// Only rows of the same program can be read: networks in time have no general layers.
  void in_time(const TimeOp& step) {
    Op op = std::visit([](const auto& each) -> Op { return each; }, step);
    for (const std::size_t row : rows_read(op)) {
      if (row < first_) {
        throw Error(ErrorCode::internal, "a step in time reads a row beyond a general layer");
      }
    }
    op = moved(std::move(op), -static_cast<std::ptrdiff_t>(first_));
    if (const auto* rest = std::get_if<RestOp>(&op)) network_.out_ = rest->cells;
    if (const auto* collect = std::get_if<CollectOp>(&op)) {
      network_.out_ = 0;
      for (const std::size_t row : collect->rows) {
        const std::int64_t width = widths_.at(first_ + row);
        network_.out_ = collect->mean ? width : network_.out_ + width;
      }
    }
    ops_.push_back(std::move(op));
  }

  /// What a plugin gives, checked; whatever it throws names it.
  template <class Ask>
  auto asked(std::size_t i, const Ask& ask) {
    const auto place = [&] { return fmt::format("wave layer '{}'", steps_[i].name); };
    try {
      return ask();
    } catch (...) {
      throw thrown(std::current_exception()).within(place());
    }
  }

  /// The engine runs over what was checked, not over what the layer says when it is asked again.
  StencilOp checked(const StencilLayer& layer) const {
    const std::int64_t in = network_.out_;
    StencilOp op{layer.stencil(in), layer.bias(), layer.fixed_weights(in), {}};
    op.stencil.check(in);
    if (!op.fixed.empty()) {
      op.stencil.check_weights(op.fixed);
      if (op.bias != Bias::none) {
        throw Error(ErrorCode::internal, "a layer with fixed weights has a bias",
                    "let bias() return glia::Bias::none");
      }
    }
    const Stencil again = layer.stencil(in);
    if (again.taps != op.stencil.taps || again.first != op.stencil.first) {
      throw Error(ErrorCode::internal,
                  "it lets its cells hear others each time that it is asked, so its networks could "
                  "not be told apart",
                  "stencil() may depend on the parameters and the row's width alone");
    }
    return op;
  }

  void stencil(std::size_t i, const StencilLayer& layer) {
    StencilOp op = asked(i, [&] { return checked(layer); });
    const std::size_t owner = steps_[i].shares.value_or(i);
    if (owner != i && owner >= first_) {
      op.shares = owner - first_;
    } else if (op.fixed.empty()) {
      auto& own = stencil_parameters_[owner];
      if (own.empty()) {
        const std::string prefix = std::to_string(i) + '.' + steps_[i].name + '.';
        own.push_back(add_weights(parameters_, prefix + "weight", op.stencil, layer.init()));
        if (op.bias != Bias::none) {
          own.push_back(add_biases(parameters_, prefix + "bias", op.stencil, layer.init()));
        }
      }
      op_parameters_.insert(op_parameters_.end(), own.begin(), own.end());
    }
    network_.out_ = op.stencil.out;
    ops_.emplace_back(std::move(op));
  }

  void activation(std::size_t i) {
    ActivationOp op = steps_[i].activation;
    const std::size_t owner = steps_[i].shares.value_or(i);
    if (owner != i && owner >= first_) {
      op.shares = owner - first_;
    } else {
      auto& own = activation_parameters_[owner];
      for (const auto& parameter : op.parameters) {
        if (owner != i || parameter.scope == CellScope::fixed) continue;
        own.push_back(
            parameters_.add(std::to_string(i) + '.' + steps_[i].name + '.' + parameter.name,
                            {parameter.scope == CellScope::cell ? network_.out_ : 1},
                            Init::constant(parameter.start)));
      }
      op_parameters_.insert(op_parameters_.end(), own.begin(), own.end());
    }
    ops_.emplace_back(std::move(op));
  }

  void general(std::size_t i) {
    auto layer = std::static_pointer_cast<WaveLayer>(steps_[i].layer);
    if (!steps_[i].shares) {
      parameters_.set_prefix(prefix_ + std::to_string(i) + '.' + steps_[i].name + '.');
      asked(i, [&] { layer->build(network_.out_, parameters_); });
      parameters_.set_prefix(prefix_);
    }
    network_.out_ = asked(i, [&] { return layer->out_width(network_.out_); });
    network_.segments_.push_back({i, General{std::move(layer)}});
  }

  void fuse() {
    if (ops_.empty()) return;
    network_.segments_.push_back(
        {first_, Fused{std::make_shared<Program>(ops_in_, std::move(ops_)), op_parameters_}});
    ops_.clear();
    op_parameters_.clear();
  }

  Network& network_;
  std::vector<NetworkStep> steps_;
  ParameterSet& parameters_;
  const std::string& prefix_;
  std::set<std::size_t> cuts_;
  std::vector<std::int64_t> widths_;  // of the row that each step hears
  std::map<std::size_t, std::vector<at::Tensor>> stencil_parameters_;  // by step
  std::map<std::size_t, std::vector<at::Tensor>> activation_parameters_;
  std::size_t first_ = 0;
  std::int64_t ops_in_ = 0;
  std::vector<Op> ops_;
  std::vector<at::Tensor> op_parameters_;
};

Network::Network(std::int64_t in, std::vector<NetworkStep> steps, ParameterSet& parameters,
                 const std::string& prefix)
    : in_(in), out_(in) {
  for (const NetworkStep& step : steps) names_.push_back(step.name);
  Builder(*this, std::move(steps), parameters, prefix).build();
}

at::Tensor Network::forward(const at::Tensor& row, const ForwardContext& context) const {
  if (row.dim() != 2 || row.size(1) != in_) {
    throw Error(
        ErrorCode::shape,
        fmt::format("the network hears rows of {} cells, but was given a tensor of shape {}", in_,
                    c10::str(row.sizes())));
  }
  std::map<std::size_t, at::Tensor> skipped;  // rows that skips between segments read, by step
  for (const Segment& segment : segments_) {
    if (const auto* skip = std::get_if<Skip>(&segment.part)) skipped[skip->row];
  }
  at::Tensor x = row;
  for (const Segment& segment : segments_) {
    if (const auto it = skipped.find(segment.first); it != skipped.end()) it->second = x;
    if (const auto* fused = std::get_if<Fused>(&segment.part)) {
      x = run(*fused, x, context);
    } else if (const auto* general = std::get_if<General>(&segment.part)) {
      ForwardContext own = context;
      x = general->layer->forward(x.cpu(), own);
    } else {
      const at::Tensor& from = skipped.at(std::get<Skip>(segment.part).row);
      x = add_skip(x, from.to(x.device()));
    }
  }
  return x.cpu();
}

void Network::run_by(const Backend& backend, c10::Device device) {
  device_ = device;
  for (Segment& segment : segments_) {
    if (auto* fused = std::get_if<Fused>(&segment.part)) {
      fused->executable = backend.prepare(fused->program, device);
    }
  }
}

at::Tensor Network::run(const Fused& part, const at::Tensor& x,
                        const ForwardContext& context) const {
  if (!part.executable) return run_program(part.program, x, part.parameters, context);
  if (device_.is_cpu()) return part.executable->run(x, part.parameters, context);
  return part.executable->run(x.to(device_), copies(part.parameters, device_), context);
}

std::shared_ptr<const Program> Network::program() const {
  if (segments_.size() != 1) return nullptr;
  const auto* fused = std::get_if<Fused>(&segments_.front().part);
  return fused ? fused->program : nullptr;
}

Program join(const std::vector<std::shared_ptr<const Program>>& programs,
             const std::vector<std::vector<std::size_t>>& skips) {
  std::vector<Op> ops;
  std::vector<std::size_t> rows{0};  // of the first program's input and of what each has left
  const auto add_skips = [&](std::size_t p) {
    if (p >= skips.size()) return;
    for (const std::size_t row : skips[p]) ops.emplace_back(SkipOp{rows.at(row)});
  };
  for (std::size_t p = 0; p < programs.size(); ++p) {
    add_skips(p);
    const std::size_t first = ops.size();
    for (const Op& op : programs[p]->ops()) {
      ops.push_back(moved(op, static_cast<std::ptrdiff_t>(first)));
      if (auto* disturb = std::get_if<DisturbOp>(&ops.back())) disturb->stream = p;
    }
    rows.push_back(ops.size());
  }
  add_skips(programs.size());
  return Program(programs.front()->in(), std::move(ops));
}

}  // namespace glia::wave
