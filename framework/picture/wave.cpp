// SPDX-License-Identifier: MIT
#include "picture/wave.hpp"

#include "apply/predict.hpp"
#include "apply/sample_sets.hpp"

#include <torch/types.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace glia::picture {
namespace {

std::vector<float> numbers_of(const at::Tensor& row) {
  const at::Tensor flat = row.detach().to(at::kFloat).contiguous().view({-1});
  const auto* first = flat.data_ptr<float>();
  return {first, first + flat.numel()};
}

/// How a row is drawn.
struct Look {
  Shape shape{};
  std::string name{};  ///< empty: as its step is called
  bool shown = true;
};

/// The rows of a network; of one in time the state after every pass, and what is read out.
void add_looks(const graph::NetworkLayout& layout, std::vector<Look>& all) {
  const std::size_t before = all.size();
  for (const auto& row : layout.rows) all.push_back({.shape = row.out, .shown = !layout.time});
  if (!layout.time) return;
  const auto& ends = layout.time->ends;
  for (std::size_t t = 0; t < ends.size(); ++t) {
    Look& look = all[before + ends[t] - 1];
    look.name = fmt::format("pass {}", t + 1);
    look.shown = true;
  }
  all.back().shown = true;
}

/// How the rows look, in the order in which a head's rows are told: the encoder's, and for each
/// network a joined row, if it hears several, and what its steps leave.
std::vector<Look> looks_of(const apply::TrainedRun& run, const config::HeadNode& head) {
  const auto& path = run.path(head);
  const auto& shapes = run.environment().shapes;
  std::vector<Look> all{{.shape = shapes.rows.at(path.encoder->id)}};
  for (std::size_t i = 0; i < path.networks.size(); ++i) {
    const auto& layout = shapes.networks.at(path.networks[i]->id);
    if (path.heard[i].join) all.push_back({.shape = layout.in});
    add_looks(layout, all);
  }
  return all;
}

Shape input_shape(const SampleSpec& spec) {
  return spec.shape.size() == 2 ? Shape{spec.shape[0], spec.shape[1]} : Shape::chain(0);
}

Shape fitting(const Shape& shape, std::size_t cells) {
  const auto count = static_cast<std::int64_t>(cells);
  return shape.cells() == count ? shape : Shape::chain(count);
}

}  // namespace

Wave wave_of(const apply::TrainedRun& run, const config::HeadNode& head, const at::Tensor& inputs,
             const std::string& source) {
  apply::require_takes(run, head, inputs, source);
  const SampleSpec& spec = run.data_spec(head);
  const train::LoadedData data{run.path(head).dataset->id,
                               std::make_shared<apply::GivenSamples>(spec, inputs), spec};
  const auto& encoder = *run.path(head).encoder;
  const auto trained = run.encoder(encoder);
  const auto restored =
      run.restore(head, run.encode(encoder, data, *trained.encoder, Split::test), Split::test);
  at::NoGradGuard no_grad;
  Wave wave;
  wave.input = {"input", {}, numbers_of(inputs)};
  wave.input.shape = fitting(input_shape(spec), wave.input.values.size());
  const auto rows = restored->run->all_rows(head);
  const auto looks = looks_of(run, head);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Look look = i < looks.size() ? looks[i] : Look{};
    if (!look.shown) continue;
    WaveRow row{look.name.empty() ? rows[i].first : look.name, {}, numbers_of(rows[i].second)};
    row.shape = fitting(look.shape, row.values.size());  // a chain where it fits no known shape
    wave.rows.push_back(std::move(row));
  }
  const Head& made = restored->run->head(head);
  const at::Tensor output = made.forward(rows.back().second.detach());
  const at::Tensor labels = made.predict(output);
  wave.classified = labels.defined() && output.size(1) == spec.classes;
  if (wave.classified) {
    wave.columns = apply::class_names(spec);
    wave.answers = numbers_of(at::softmax(output, 1));
    wave.given = static_cast<std::size_t>(labels.item<std::int64_t>());
  } else {
    wave.answers = numbers_of(output);
    for (std::size_t i = 0; i < wave.answers.size(); ++i) wave.columns.push_back(std::to_string(i));
  }
  return wave;
}

}  // namespace glia::picture
