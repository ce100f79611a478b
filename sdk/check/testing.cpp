// SPDX-License-Identifier: MIT
#include "plugin/descriptor_check.hpp"
#include "wave/network.hpp"

#include <glia/sdk/testing.hpp>

#include <torch/types.h>

#include <algorithm>
#include <cstdio>
#include <span>

namespace glia::testing {
namespace {

int held = 0, broken = 0;

const Descriptor& find(const PluginEntry& entry, PluginKind kind, const std::string& id,
                       const Values& values) {
  for (const auto& descriptor : entry.descriptors()) {
    if (descriptor.kind != kind || descriptor.id != id) continue;
    for (const auto& [name, value] : values) {
      const auto field = std::find_if(descriptor.fields.begin(), descriptor.fields.end(),
                                      [&](const FieldSpec& f) { return f.name == name; });
      if (field == descriptor.fields.end()) {
        throw Error(ErrorCode::configuration, "'" + id + "' has no parameter '" + name + "'");
      }
      if (const auto problem = plugin::value_problem(*field, value); !problem.empty()) {
        throw Error(ErrorCode::configuration, "'" + name + "' of '" + id + "': " + problem);
      }
    }
    for (const auto& sentence : descriptor.violations(values)) {
      throw Error(ErrorCode::configuration, "'" + id + "': " + sentence);
    }
    return descriptor;
  }
  throw Error(ErrorCode::usage,
              std::string("this plugin offers no ") + kind_name(kind) + " '" + id + "'");
}

/// The layer alone, as a network of one step; the caller keeps it.
wave::Network network_of(Layer& layer, std::int64_t width, ParameterSet& parameters) {
  std::shared_ptr<Layer> borrowed(std::shared_ptr<Layer>{}, &layer);
  return {width, {{"layer", borrowed, {}}}, parameters};
}

void assign(const ParameterSet& set, const Parameters& given) {
  for (const auto& [name, numbers] : given) {
    const auto found = std::find_if(set.all().begin(), set.all().end(), [&](const auto& p) {
      return p.first == name || p.first.ends_with('.' + name);
    });
    if (found == set.all().end()) {
      throw Error(ErrorCode::usage, "there is no parameter '" + name + "'");
    }
    at::Tensor target = found->second;
    if (target.numel() != static_cast<std::int64_t>(numbers.size())) {
      throw Error(ErrorCode::shape, "'" + name + "' has " + std::to_string(target.numel()) +
                                        " elements, not " + std::to_string(numbers.size()));
    }
    at::NoGradGuard no_grad;
    std::copy(numbers.begin(), numbers.end(), target.data_ptr<double>());
  }
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
