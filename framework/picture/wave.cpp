// SPDX-License-Identifier: MIT
#include "picture/wave.hpp"

#include "apply/predict.hpp"
#include "apply/sample_sets.hpp"
#include "core/diagnostics.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "picture/numbers.hpp"
#include "picture/saliency.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace glia::picture {
namespace {

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

WaveRow row_of(const std::string& name, const Shape& shape, const at::Tensor& rows,
               std::optional<std::size_t> step = {}) {
  WaveRow row{.name = name, .values = rows_of_numbers(rows), .step = step};
  row.shape = fitting(shape, row.values.front().size());  // a chain where it fits no known shape
  return row;
}

/// A trained head that has run over some inputs.
struct Passed {
  const SampleSpec& spec;
  std::vector<std::pair<std::string, at::Tensor>> rows;
  at::Tensor output, labels;
};

/// The probabilities or values of every sample, and what they are called.
void take_answers(const Passed& passed, Wave& wave) {
  const at::Tensor output = passed.output.detach();
  wave.classified = passed.labels.defined() && output.size(1) == passed.spec.classes;
  if (wave.classified) {
    wave.columns = apply::class_names(passed.spec);
  } else {
    for (std::int64_t i = 0; i < output.size(1); ++i) wave.columns.push_back(std::to_string(i));
  }
  for (auto& answers : rows_of_numbers(wave.classified ? at::softmax(output, 1) : output)) {
    wave.samples.push_back({.answers = std::move(answers)});
  }
  for (std::size_t i = 0; wave.classified && i < wave.samples.size(); ++i) {
    wave.samples[i].given =
        static_cast<std::size_t>(passed.labels[static_cast<std::int64_t>(i)].item<std::int64_t>());
  }
}

/// The column whose saliency is asked for. Error (usage) lists those that there are.
std::size_t column_of(const std::string& name, const Wave& wave) {
  const auto found = std::find(wave.columns.begin(), wave.columns.end(), name);
  if (found != wave.columns.end()) return static_cast<std::size_t>(found - wave.columns.begin());
  const std::string guess = did_you_mean(name, wave.columns);
  throw Error(ErrorCode::usage,
              fmt::format("the head has no {} '{}'", wave.classified ? "class" : "value", name),
              guess.empty() ? "it has " + quoted_list(wave.columns) : guess);
}

/// What is differentiated, one number per sample.
at::Tensor chosen_answers(const Passed& passed, const WaveWish& wish, const Wave& wave) {
  std::vector<std::int64_t> columns;
  for (const auto& sample : wave.samples) {
    columns.push_back(static_cast<std::int64_t>(
        wish.saliency_of.empty() ? sample.given : column_of(wish.saliency_of, wave)));
  }
  const at::Tensor at = at::tensor(columns, at::kLong).unsqueeze(1);
  const at::Tensor all = wave.classified ? at::log_softmax(passed.output, 1) : passed.output;
  return all.gather(1, at).squeeze(1);
}

/// A row of gradients below the input, and one below the latent row.
void add_saliency(const Passed& passed, const at::Tensor& inputs, const Encoder& encoder,
                  const config::EncoderNode& node, const WaveWish& wish, Wave& wave) {
  const Saliency found = saliency_of(chosen_answers(passed, wish, wave), passed.rows.front().second,
                                     inputs, encoder, node);
  wave.rows.insert(wave.rows.begin() + 2,
                   row_of("its saliency", wave.rows[1].shape, found.latents));
  if (found.inputs.defined()) {
    wave.rows.insert(wave.rows.begin() + 1,
                     row_of("its saliency", wave.rows[0].shape, found.inputs));
  } else {
    log().warn(
        "encoder '{}' gives no derivative by its inputs: its plugin ({}) computes without "
        "LibTorch's autograd, so only the latent row has its saliency",
        node.id, node.use.plugin->descriptor->id);
  }
  const std::string what = wish.saliency_of.empty()
                               ? (wave.classified ? "the class that is given" : "value 0")
                               : fmt::format("'{}'", wish.saliency_of);
  wave.note = fmt::format("saliency: how {}{} moves with each number (its gradient)",
                          wave.classified ? "the log probability of " : "", what);
}

}  // namespace

Wave wave_of(const apply::TrainedRun& run, const config::HeadNode& head, const at::Tensor& inputs,
             const std::string& source, const WaveWish& wish) {
  apply::require_takes(run, head, inputs, source);
  const SampleSpec& spec = run.data_spec(head);
  const train::LoadedData data{run.path(head).dataset->id,
                               std::make_shared<apply::GivenSamples>(spec, inputs), spec};
  const auto& node = *run.path(head).encoder;
  const auto trained = run.encoder(node);
  const auto restored =
      run.restore(head, run.encode(node, data, *trained.encoder, Split::test), Split::test);
  const at::AutoGradMode with_gradients(wish.saliency);
  Passed passed{.spec = spec, .rows = restored->run->all_rows(head), .output = {}, .labels = {}};
  const Head& made = restored->run->head(head);
  passed.output = made.forward(passed.rows.back().second);
  passed.labels = made.predict(passed.output.detach());
  Wave wave;
  wave.rows.push_back(row_of("input", input_shape(spec), inputs));
  const auto looks = looks_of(run, head);
  for (std::size_t i = 0; i < passed.rows.size(); ++i) {
    const Look look = i < looks.size() ? looks[i] : Look{};
    if (!look.shown) continue;
    const auto& [name, row] = passed.rows[i];
    wave.rows.push_back(row_of(look.name.empty() ? name : look.name, look.shape, row, i));
  }
  take_answers(passed, wave);
  if (wish.saliency) add_saliency(passed, inputs, *trained.encoder, node, wish, wave);
  return wave;
}

std::string wave_csv(const Wave& wave) {
  std::string text(wave_csv_header);
  for (std::size_t s = 0; s < wave.samples.size(); ++s) {
    const std::string sample = csv_field(wave.samples[s].name);
    for (std::size_t r = 0; r < wave.rows.size(); ++r) {
      const std::string begin = fmt::format("{},{},{},", sample, r, csv_field(wave.rows[r].name));
      const auto& values = wave.rows[r].values[s];
      for (std::size_t i = 0; i < values.size(); ++i) {
        text += fmt::format("{}{},{:.9g}\n", begin, i, values[i]);
      }
    }
    for (std::size_t i = 0; i < wave.columns.size(); ++i) {
      text += fmt::format("{},{},answer,{},{:.9g}\n", sample, wave.rows.size(),
                          csv_field(wave.columns[i]), wave.samples[s].answers[i]);
    }
  }
  return text;
}

}  // namespace glia::picture
