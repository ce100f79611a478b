// SPDX-License-Identifier: MIT
#include "picture/wave.hpp"

#include "apply/predict.hpp"
#include "apply/sample_sets.hpp"

#include <torch/types.h>

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

/// How the cells of the rows lie, in the order in which a head's rows are told: the encoder's, and
/// for each network a joined row, if it hears several, and what its steps leave. Cells that fit no
/// known shape are a chain.
std::vector<Shape> shapes_of(const apply::TrainedRun& run, const config::HeadNode& head) {
  const auto& path = run.path(head);
  const auto& shapes = run.environment().shapes;
  std::vector<Shape> all{shapes.rows.at(path.encoder->id)};
  for (std::size_t i = 0; i < path.networks.size(); ++i) {
    const auto& layout = shapes.networks.at(path.networks[i]->id);
    if (path.heard[i].join) all.push_back(layout.in);
    for (const auto& row : layout.rows) all.push_back(row.out);
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
  const auto shapes = shapes_of(run, head);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    WaveRow row{rows[i].first, {}, numbers_of(rows[i].second)};
    row.shape = fitting(i < shapes.size() ? shapes[i] : Shape{}, row.values.size());
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
