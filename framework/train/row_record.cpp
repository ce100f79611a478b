// SPDX-License-Identifier: MIT
#include "train/row_record.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <utility>

namespace glia::train {
namespace {

constexpr std::int64_t most_recorded = 1024;

double root_mean_square(const at::Tensor& t) {
  return t.to(at::kDouble).square().mean().sqrt().item<double>();
}

}  // namespace

RowRecorder::RowRecorder(HeadPath path) : path_(std::move(path)) {
  const EncodedSplit& split = path_.latents.test;
  chosen_ = at::arange(std::min(most_recorded, split.size()), at::kLong);
  targets_ = split.targets.index_select(0, chosen_);
  for (const auto& [name, row] : rows()) names_.push_back({name, row.size(1)});
}

std::vector<std::pair<std::string, at::Tensor>> RowRecorder::rows() const {
  std::vector<std::pair<std::string, at::Tensor>> all;
  std::vector<at::Tensor> left;  // the latent row, and what each network leaves
  const auto heard = [&](const graph::Heard& by) {
    const at::Tensor row = hear(by, [&](std::size_t i) { return left[i]; });
    if (by.join) all.emplace_back(by.join->name, row);
    return row;
  };
  // Read anew: an encoder that is trained jointly has gone on since.
  const std::string& encoder = path_.nodes.encoder->id;
  left.push_back(latent_rows(path_.environment, path_.latents.test, chosen_, encoder + "/record", 0)
                     .detach()
                     .requires_grad_());
  all.emplace_back(encoder, left.back());
  for (std::size_t i = 0; i < path_.networks.size(); ++i) {
    RandomStream random(path_.environment.spec.seed, path_.nodes.networks[i]->id + "/record", 0);
    const at::Tensor first = heard(path_.nodes.heard[i]);
    left.push_back(first);
    for (auto& row : path_.networks[i]->rows(first, {false, &random})) {
      left.back() = row.second;
      all.push_back(std::move(row));
    }
  }
  heard(path_.nodes.ends[0]);  // the last network's, unless several are joined
  return all;
}

results::RowEpoch RowRecorder::record(std::int64_t epoch) const {
  const at::AutoGradMode with_gradients(true);
  const auto named = rows();
  std::vector<at::Tensor> asked;  // cells at rest, before anything is heard, hang on nothing
  for (const auto& [name, row] : named) {
    if (row.requires_grad()) asked.push_back(row);
  }
  const at::Tensor loss = path_.head.loss(path_.head.forward(named.back().second), targets_);
  const auto gradients = torch::autograd::grad({loss}, asked, {}, c10::nullopt, false, true);
  const auto samples = static_cast<double>(targets_.size(0));
  results::RowEpoch found{epoch, {}, {}};
  auto gradient = gradients.begin();
  for (const auto& [name, heard] : named) {
    // About the mean over the samples: what all samples share tells none of them apart.
    const at::Tensor row = heard.detach().to(at::kDouble);
    found.signal.push_back(root_mean_square(row - row.mean(0, true)));
    // The loss is a mean over samples; times their number, the gradient is that of one sample.
    const at::Tensor of = heard.requires_grad() ? *gradient++ : at::Tensor();
    found.gradient.push_back(of.defined() ? samples * root_mean_square(of) : 0.0);
  }
  return found;
}

}  // namespace glia::train
