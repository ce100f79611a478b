// SPDX-License-Identifier: MIT
#include "picture/encoder.hpp"

#include "apply/predict.hpp"
#include "apply/sample_sets.hpp"
#include "picture/cells.hpp"
#include "picture/image_grid.hpp"
#include "picture/numbers.hpp"
#include "train/feature_order.hpp"
#include "train/samples.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <utility>

namespace glia::picture {
namespace {

constexpr std::int64_t most_places = 64, draws_in_a_row = 10;

void require_decoder(const EncoderView& view) {
  if (!view.decoder) throw Error(ErrorCode::internal, view.name + " cannot go back to inputs");
}

/// Mean and deviation of each latent over the samples, [z].
std::pair<at::Tensor, at::Tensor> moments_of(const EncoderView& view) {
  const at::Tensor all = view.latents.to(at::kDouble);
  const at::Tensor mean = all.mean(0);
  return {mean.to(at::kFloat), (all - mean).square().mean(0).sqrt().to(at::kFloat)};
}

}  // namespace

EncoderView view_of(const apply::TrainedRun& run, const config::EncoderNode& node, Split split,
                    std::int64_t most) {
  const std::string dataset = node.input().id;
  const auto data = run.open_data(dataset, split);
  const std::int64_t n = std::min(most, data.size(split));
  const auto batch = train::read_batch(data, split, at::arange(n, at::kLong));
  EncoderView view{.name = fmt::format("encoder {} ({})", node.id, node.use.plugin->descriptor->id),
                   .data = fmt::format("{}, {} split", dataset, split_name(split))};
  const SampleSpec& spec = run.environment().shapes.datasets.at(dataset);
  view.input =
      spec.shape.size() == 2 ? Shape{spec.shape[0], spec.shape[1]} : Shape::chain(spec.features());
  view.inputs = batch.inputs;
  view.built = run.encoder(node);
  view.decoder = dynamic_cast<const Decoder*>(view.built.encoder.get());
  const train::LoadedData given{dataset, std::make_shared<apply::GivenSamples>(spec, view.inputs),
                                spec};
  view.latents = run.encode(node, given, *view.built.encoder, Split::test).test.mean;
  if (spec.classes > 0) {
    view.classes = apply::class_names(spec);
    const at::Tensor labels = batch.targets.view({n}).contiguous();
    view.labels.assign(labels.data_ptr<std::int64_t>(), labels.data_ptr<std::int64_t>() + n);
  }
  view.reordered = node.feature_order != 0;
  view.places.resize(static_cast<std::size_t>(view.width()));
  std::iota(view.places.begin(), view.places.end(), 0U);
  if (view.reordered) view.places = train::feature_places(node, view.width());
  return view;
}

at::Tensor EncoderView::decode(const at::Tensor& in_places) const {
  at::NoGradGuard no_grad;
  const at::Tensor own = at::empty_like(in_places);
  own.index_copy_(1, train::indices_of(places), in_places);
  const at::Tensor made = decoder->decode(own);
  if (made.dim() != 2 || made.size(0) != in_places.size(0) || made.size(1) != inputs.size(1)) {
    throw Error(ErrorCode::plugin,
                fmt::format("{}: `decode` gives {}, but {} inputs have {} numbers", name,
                            c10::str(made.sizes()), in_places.size(0), inputs.size(1)),
                "give inputs [B, features] for latents [B, z]");
  }
  return made;
}

std::string EncoderView::latent_name(std::size_t place) const {
  return reordered ? fmt::format("place {}: feature {}", place, places[place])
                   : fmt::format("latent {}", place);
}

std::string latents_csv(const EncoderView& view) {
  const auto [mean, deviation] = moments_of(view);
  std::string text = latents_csv_header;
  for (std::size_t i = 0; i < view.places.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    text += fmt::format("{},{},{:.9g},{:.9g}\n", i, view.places[i], mean[at].item<float>(),
                        deviation[at].item<float>());
  }
  return text;
}

Figure reconstructions(const EncoderView& view, std::int64_t count) {
  require_decoder(view);
  const std::int64_t n = std::min(count, view.size());
  const at::Tensor inputs = view.inputs.narrow(0, 0, n);
  const at::Tensor made = view.decode(view.latents.narrow(0, 0, n));
  const double error = (made - inputs).to(at::kDouble).square().mean().sqrt().item<double>();
  ImageGrid grid{.heading = fmt::format("Inputs and their reconstructions: {}", view.name),
                 .title = fmt::format("{}, n = {}; from the mean of the code; root mean square of "
                                      "the difference {}",
                                      view.data, n, short_number(error)),
                 .shape = view.input,
                 .rows = {"input", "reconstruction"},
                 .images = {rows_of_numbers(inputs), rows_of_numbers(made)}};
  for (std::int64_t i = 0; i < n; ++i) grid.columns.push_back(fmt::format("sample {}", i));
  return {"reconstructions", draw_grid(grid), grid_csv(grid)};
}

Figure prior_samples(const EncoderView& view, std::int64_t count, std::uint64_t seed) {
  require_decoder(view);
  const at::Tensor deviation = view.decoder->prior_deviation().to(at::kFloat);
  const at::Tensor draws = at::empty({count, view.width()}, at::kFloat);
  for (std::int64_t k = 0; k < count; ++k) {
    RandomStream random(seed, "encoder/prior", static_cast<std::uint64_t>(k));
    random.normal(std::span(draws.data_ptr<float>() + k * view.width(),
                            static_cast<std::size_t>(view.width())));
  }
  at::NoGradGuard no_grad;
  auto made = rows_of_numbers(view.decoder->decode(draws * deviation));
  ImageGrid grid{.heading = fmt::format("Samples from the prior: {}", view.name),
                 .title = fmt::format("n = {} draws, normal about 0 with the prior's deviations, "
                                      "seed {}; no data",
                                      count, seed),
                 .shape = view.input};
  for (std::int64_t k = 0; k < count; ++k) {
    if (k % draws_in_a_row == 0) {
      grid.images.emplace_back();
      grid.rows.push_back(fmt::format("draws from {}", k));
    }
    if (k < draws_in_a_row) grid.columns.push_back(std::to_string(k));
    grid.images.back().push_back(std::move(made[static_cast<std::size_t>(k)]));
  }
  return {"prior", draw_grid(grid), grid_csv(grid)};
}

Figure latent_steps(const EncoderView& view) {
  require_decoder(view);
  constexpr std::array steps{-2, -1, 0, 1, 2};
  const auto [mean, deviation] = moments_of(view);
  const std::int64_t places = std::min(most_places, view.width());
  ImageGrid grid{
      .heading = fmt::format("What each latent stands for{}: {}",
                             view.reordered ? ", in the order that networks hear" : "", view.name),
      .title = fmt::format(
          "{}, n = {}; each latent moved from its mean by its standard deviation, "
          "the others at their means{}",
          view.data, view.size(),
          places < view.width() ? fmt::format("; the first {} of {}", places, view.width()) : ""),
      .shape = view.input};
  for (const int step : steps)
    grid.columns.push_back(step == 0 ? "mean" : fmt::format("{:+d}", step));
  for (std::int64_t i = 0; i < places; ++i) {
    const at::Tensor moved = mean.unsqueeze(0).repeat({std::int64_t{steps.size()}, 1});
    for (std::size_t k = 0; k < steps.size(); ++k) {
      moved[static_cast<std::int64_t>(k)][i] += deviation[i] * steps[k];
    }
    grid.rows.push_back(view.latent_name(static_cast<std::size_t>(i)));
    grid.notes.push_back("deviation " + short_number(deviation[i].item<double>()));
    grid.images.push_back(rows_of_numbers(view.decode(moved)));
  }
  return {"features", draw_grid(grid), grid_csv(grid)};
}

}  // namespace glia::picture
