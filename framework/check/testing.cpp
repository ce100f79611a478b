// SPDX-License-Identifier: MIT
#include "plugin/descriptor_check.hpp"
#include "wave/network.hpp"

#include <glia/sdk/activation.hpp>
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/task.hpp>
#include <glia/sdk/testing.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <span>

namespace glia::testing {
namespace {

int held = 0, broken = 0;

const Descriptor& find(const PluginEntry& entry, PluginKind kind, const std::string& id,
                       const Values& values) {
  for (const auto& descriptor : entry.descriptors()) {
    if (descriptor.kind != kind || descriptor.id != id) continue;
    for (const auto& [name, value] : values) {
      const auto field =
          std::find_if(descriptor.fields.begin(), descriptor.fields.end(),
                       [&name = name](const FieldSpec& f) { return f.name == name; });
      if (field == descriptor.fields.end()) {
        throw Error(ErrorCode::configuration, fmt::format("'{}' has no parameter '{}'", id, name));
      }
      if (const auto problem = plugin::value_problem(*field, value); !problem.empty()) {
        throw Error(ErrorCode::configuration, fmt::format("'{}' of '{}': {}", name, id, problem));
      }
    }
    for (const auto& sentence : descriptor.violations(values)) {
      throw Error(ErrorCode::configuration, fmt::format("'{}': {}", id, sentence));
    }
    return descriptor;
  }
  throw Error(ErrorCode::usage, fmt::format("this plugin offers no {} '{}'", kind_name(kind), id));
}

at::Tensor to_tensor(const Rows& rows) {
  const auto width = static_cast<std::int64_t>(rows.empty() ? 0 : rows.front().size());
  at::Tensor all = at::empty({static_cast<std::int64_t>(rows.size()), width}, at::kDouble);
  double* to = all.data_ptr<double>();
  for (const auto& row : rows) {
    if (static_cast<std::int64_t>(row.size()) != width) {
      throw Error(ErrorCode::usage, "the rows given to a test differ in length");
    }
    to = std::copy(row.begin(), row.end(), to);
  }
  return all;
}

std::vector<double> numbers_of(const at::Tensor& t) {
  const at::Tensor plain = t.detach().to(at::kDouble).contiguous();
  return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

Rows to_rows(const at::Tensor& t) {
  Rows rows;
  if (!t.defined()) return rows;
  for (std::int64_t i = 0; i < t.size(0); ++i) rows.push_back(numbers_of(t[i]));
  return rows;
}

/// The layer alone, as a network of one step; the caller keeps it.
wave::Network network_of(Layer& layer, std::int64_t width, ParameterSet& parameters) {
  std::shared_ptr<Layer> borrowed(std::shared_ptr<Layer>{}, &layer);
  return {width, {{"layer", borrowed, {}}}, parameters};
}

void assign(const ParameterSet& set, const Parameters& given) {
  const auto all = set.saved();
  for (const auto& [name, numbers] : given) {
    const auto found = std::find_if(all.begin(), all.end(), [&name = name](const auto& p) {
      return p.first == name || p.first.ends_with('.' + name);
    });
    if (found == all.end()) {
      throw Error(ErrorCode::usage, fmt::format("there is no parameter '{}'", name));
    }
    at::Tensor target = found->second;
    if (target.numel() != static_cast<std::int64_t>(numbers.size())) {
      throw Error(ErrorCode::shape, fmt::format("'{}' has {} elements, not {}", name,
                                                target.numel(), numbers.size()));
    }
    at::NoGradGuard no_grad;
    std::copy(numbers.begin(), numbers.end(), target.data_ptr<double>());
  }
}

/// One row through an activation's own code: its answer, and its slopes where they are wanted.
std::pair<at::Tensor, at::Tensor> through(const Activation& activation,
                                          const std::vector<double>& row,
                                          const Parameters& parameters, bool slopes) {
  wave::ActivationOp op(
      std::shared_ptr<const Activation>(std::shared_ptr<const Activation>{}, &activation));
  op.kernel = FusedActivation::none;
  for (auto& parameter : op.parameters) {  // what a test gives replaces what is fixed, too
    if (parameters.contains(parameter.name)) parameter.scope = CellScope::cell;
  }
  ParameterSet set(1, "test", at::kDouble);
  const wave::Network network(static_cast<std::int64_t>(row.size()),
                              {{.name = "activation", .activation = op}}, set);
  assign(set, parameters);
  const at::Tensor x = to_tensor({row}).set_requires_grad(slopes);
  const at::Tensor y = network.forward(x, {});
  if (slopes) y.sum().backward();
  return {y, slopes ? x.grad() : at::Tensor()};
}

}  // namespace

namespace detail {

std::unique_ptr<Layer> wave_layer(const PluginEntry& entry, const std::string& id,
                                  const Values& values) {
  return find(entry, PluginKind::wave_layer, id, values).make_wave_layer(values);
}

std::unique_ptr<Dataset> dataset(const PluginEntry& entry, const std::string& id,
                                 const Values& values) {
  return find(entry, PluginKind::dataset, id, values).make_dataset(values);
}

std::shared_ptr<Activation> activation(const PluginEntry& entry, const std::string& id,
                                       const Values& values) {
  return find(entry, PluginKind::activation, id, values).make_activation(values);
}

std::shared_ptr<Encoder> encoder(const PluginEntry& entry, const std::string& id,
                                 const Values& values) {
  return find(entry, PluginKind::encoder, id, values).make_encoder(values);
}

std::shared_ptr<Head> head(const PluginEntry& entry, const std::string& id, const Values& values) {
  return find(entry, PluginKind::head, id, values).make_head(values);
}

std::shared_ptr<Task> task(const PluginEntry& entry, const std::string& id, const Values& values) {
  return find(entry, PluginKind::task, id, values).make_task(values);
}

void expect(bool holds, const char* text, const char* file, int line) {
  ++(holds ? held : broken);
  if (!holds) std::printf("%s:%d: does not hold: %s\n", file, line, text);
}

}  // namespace detail

std::vector<double> forward(Layer& layer, const std::vector<double>& row,
                            const Parameters& parameters) {
  ParameterSet set(1, "test", at::kDouble);
  const auto width = static_cast<std::int64_t>(row.size());
  const auto network = network_of(layer, width, set);
  assign(set, parameters);
  at::Tensor x = at::empty({1, width}, at::kDouble);
  std::copy(row.begin(), row.end(), x.data_ptr<double>());
  RandomStream random(1, "test", 0);
  ForwardContext context{false, &random};
  const at::Tensor y = network.forward(x, context).detach().contiguous();
  return {y.data_ptr<double>(), y.data_ptr<double>() + y.numel()};
}

std::vector<std::int64_t> listeners(Layer& layer, std::int64_t width, std::int64_t cell) {
  ParameterSet set(1, "test", at::kDouble);
  const auto network = network_of(layer, width, set);
  at::Tensor x = at::empty({1, width}, at::kDouble);
  RandomStream random(1, "test/row", 0);
  random.uniform(std::span(x.data_ptr<double>(), static_cast<std::size_t>(width)), 0.5, 1.5);
  x.set_requires_grad(true);
  RandomStream noise(1, "test", 0);
  ForwardContext context{false, &noise};
  const at::Tensor y = network.forward(x, context);
  std::vector<std::int64_t> found;
  for (std::int64_t j = 0; j < y.size(1); ++j) {
    x.mutable_grad() = at::Tensor();
    y[0][j].backward({}, true);
    if (x.grad().defined() && x.grad()[0][cell].item<double>() != 0) found.push_back(j);
  }
  return found;
}

std::vector<double> forward(const Activation& activation, const std::vector<double>& row,
                            const Parameters& parameters) {
  return numbers_of(through(activation, row, parameters, false).first);
}

std::vector<double> slopes(const Activation& activation, const std::vector<double>& row,
                           const Parameters& parameters) {
  return numbers_of(through(activation, row, parameters, true).second);
}

namespace {

/// Rows as the training samples of an encoder.
class GivenInputs final : public TrainingInputs {
 public:
  explicit GivenInputs(const Rows& rows) : all_(to_tensor(rows)) {}
  std::int64_t size() const override { return all_.size(0); }
  at::Tensor read(std::int64_t first, std::int64_t count) const override {
    if (first < 0 || count < 0 || first > size() - count) {
      throw Error(ErrorCode::internal, "fit asks for training samples that there are not");
    }
    return all_.narrow(0, first, count).clone();
  }

 private:
  at::Tensor all_;
};

Code encode_by(Encoder& encoder, const Rows* training, const Rows& inputs,
               const Parameters& parameters, std::vector<std::int64_t> shape) {
  const at::Tensor x = to_tensor(inputs);
  SampleSpec spec{shape.empty() ? std::vector<std::int64_t>{x.size(1)} : std::move(shape), 10};
  if (spec.features() != x.size(1)) {
    throw Error(ErrorCode::usage, "the shape given to a test is not that of its inputs");
  }
  ParameterSet set(1, "test", at::kDouble);
  encoder.out_width(spec);
  encoder.build(spec, set);
  assign(set, parameters);
  if (training) {
    at::NoGradGuard no_grad;
    encoder.fit(GivenInputs(*training));
  }
  const Latent latent = encoder.encode(x);
  return {to_rows(latent.mean), to_rows(latent.log_variance)};
}

}  // namespace

Code encode(Encoder& encoder, const Rows& inputs, const Parameters& parameters,
            std::vector<std::int64_t> shape) {
  return encode_by(encoder, nullptr, inputs, parameters, std::move(shape));
}

Code fit_and_encode(Encoder& encoder, const Rows& training, const Rows& inputs,
                    const Parameters& parameters, std::vector<std::int64_t> shape) {
  return encode_by(encoder, &training, inputs, parameters, std::move(shape));
}

Answer answer(Head& head, const Rows& rows, const Targets& targets, const Parameters& parameters) {
  const at::Tensor x = to_tensor(rows);
  SampleSpec spec{{x.size(1)}, targets.classes};
  at::Tensor wanted = at::tensor(targets.labels, at::kLong);
  if (targets.classes == 0) {
    wanted = to_tensor(targets.values);
    spec.target_width = wanted.size(1);
  }
  ParameterSet set(1, "test", at::kDouble);
  head.check(x.size(1), spec);
  head.build(x.size(1), set);
  assign(set, parameters);
  const at::Tensor output = head.forward(x), classes = head.predict(output);
  Answer answer{to_rows(output),
                head.loss(output, wanted).item<double>(),
                numbers_of(head.score(output, wanted)),
                {},
                {}};
  const auto metrics = head.metrics();
  const auto means = numbers_of(head.measure(output, wanted).to(at::kDouble).mean(0));
  if (means.size() != metrics.size()) {
    throw Error(ErrorCode::internal, fmt::format("measure gives {} columns for {} metrics",
                                                 means.size(), metrics.size()));
  }
  for (std::size_t i = 0; i < means.size(); ++i) answer.metrics[metrics[i].name] = means[i];
  for (std::int64_t i = 0; classes.defined() && i < classes.size(0); ++i) {
    answer.predicted.push_back(classes[i].item<std::int64_t>());
  }
  return answer;
}

namespace {

/// What acts in step t: the number of an action.
using Act = std::function<std::int32_t(std::size_t t, Episodes& lane)>;

std::vector<Step> play_by(const Task& task, std::uint64_t key, std::int64_t steps, const Act& act) {
  const TaskSpec spec = task.spec();
  const auto lane = task.episodes(1);
  lane->reset(std::span(&key, 1));
  std::vector<Step> seen;
  for (std::int64_t t = 0; t < std::min(steps, spec.steps); ++t) {
    Step step{std::vector<float>(static_cast<std::size_t>(spec.observation))};
    lane->observe(step.observed, 1);
    step.action = act(seen.size(), *lane);
    if (step.action < 0 || step.action >= spec.actions) {
      throw Error(ErrorCode::usage,
                  fmt::format("there is no action {}: the task has {}", step.action, spec.actions));
    }
    std::uint8_t ended = 0;
    lane->step(std::span(&step.action, 1), std::span(&step.reward, 1), std::span(&ended, 1));
    step.ended = ended != 0;
    seen.push_back(std::move(step));
    if (ended) break;
  }
  return seen;
}

}  // namespace

std::vector<Step> play(const Task& task, std::uint64_t key,
                       const std::vector<std::int32_t>& actions) {
  return play_by(task, key, static_cast<std::int64_t>(actions.size()),
                 [&](std::size_t t, Episodes&) { return actions[t]; });
}

std::vector<Step> play_baseline(const Task& task, std::uint64_t key, const std::string& baseline) {
  const TaskSpec spec = task.spec();
  const auto at = std::find_if(spec.baselines.begin(), spec.baselines.end(),
                               [&](const Baseline& b) { return b.name == baseline; });
  if (at == spec.baselines.end()) {
    throw Error(ErrorCode::usage, fmt::format("the task has no baseline '{}'", baseline));
  }
  const auto number = static_cast<std::size_t>(at - spec.baselines.begin());
  return play_by(task, key, spec.steps, [&](std::size_t, Episodes& lane) {
    std::int32_t action = 0;
    lane.advise(number, std::span(&action, 1));
    return action;
  });
}

std::vector<Sample> read(const Dataset& dataset, Split split,
                         const std::vector<std::int64_t>& indices) {
  const auto spec = dataset.spec();
  const auto features = static_cast<std::size_t>(spec.features());
  const auto targets = static_cast<std::size_t>(spec.classes ? 0 : spec.target_width);
  std::vector<float> inputs(indices.size() * features), values(indices.size() * targets);
  std::vector<std::int64_t> labels(spec.classes ? indices.size() : 0);
  dataset.read(split, indices, inputs, labels, values);
  std::vector<Sample> samples(indices.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto part = [i](const auto& all, std::size_t size) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(i * size);
      return std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(size));
    };
    samples[i].inputs = part(inputs, features);
    samples[i].values = part(values, targets);
    if (spec.classes) samples[i].label = labels[i];
  }
  return samples;
}

int result() {
  std::printf("%d of %d expectations hold\n", held, held + broken);
  return broken == 0 && held > 0 ? 0 : 1;
}

}  // namespace glia::testing
