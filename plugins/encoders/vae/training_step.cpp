// SPDX-License-Identifier: MIT
#include "training_step.hpp"

#include <torch/types.h>

#include <span>

namespace vae {
namespace {

/// Below this share of non-zero pixels the first layer runs on those alone. Measured
/// (tests/bench): the sparse products cost as much as the dense ones at about 0.4.
constexpr double sparse_below = 0.35;

float* data(const at::Tensor& t) { return t.data_ptr<float>(); }

/// sums [n] of rows [batch, n].
void sum_rows(const at::Tensor& rows, at::Tensor sums) { at::sum_out(sums, rows, {0}); }

void product(at::Tensor out, const at::Tensor& a, const at::Tensor& b) { at::mm_out(out, a, b); }

}  // namespace

Tensors Tensors::from(const std::vector<at::Tensor>& all) {
  return {all[0], all[1], all[2], all[3], all[4], all[5], all[6], all[7], all[8], all[9]};
}

void TrainingStep::prepare(const Tensors& p, std::int64_t batch) {
  if (h_.defined() && h_.size(0) == batch) return;
  const std::int64_t features = p.hidden_weight.size(0), hidden = p.hidden_weight.size(1);
  const std::int64_t z = p.mean_bias.size(0);
  for (at::Tensor* t : {&h_, &decoded_, &dhidden_}) *t = at::empty({batch, hidden}, at::kFloat);
  for (at::Tensor* t : {&mean_, &log_variance_, &noise_, &z_, &dz_, &dmean_, &dlog_variance_}) {
    *t = at::empty({batch, z}, at::kFloat);
  }
  logits_ = at::empty({batch, features}, at::kFloat);
}

double TrainingStep::run(const Tensors& p, const at::Tensor& x, glia::RandomStream& random,
                         const Tensors& g) {
  const std::int64_t batch = x.size(0), features = x.size(1);
  prepare(p, batch);
  encode(p, x);
  random.normal(std::span(data(noise_), static_cast<std::size_t>(noise_.numel())));
  const double kl =
      sample_code(mean_.numel(), data(mean_), data(log_variance_), data(noise_), data(z_));
  product(decoded_, z_, p.decode_weight.t());
  add_bias_relu(batch, decoded_.size(1), data(p.decode_bias), data(decoded_));
  product(logits_, decoded_, p.logits_weight.t());
  const double reconstruction = cross_entropy(batch, features, data(x), data(p.logits_bias),
                                              data(logits_), data(g.logits_bias));
  decode_backward(p, g);
  encode_backward(p, x, g);
  return reconstruction + kl;
}

void TrainingStep::encode(const Tensors& p, const at::Tensor& x) {
  const std::int64_t batch = x.size(0), features = x.size(1), hidden = h_.size(1);
  sparse_.read(data(x), batch, features);
  is_sparse_ = sparse_.density(batch, features) < sparse_below;
  if (is_sparse_) {
    sparse_forward(sparse_, batch, hidden, data(p.hidden_weight), data(p.hidden_bias), data(h_));
  } else {
    product(h_, x, p.hidden_weight);
    add_bias_relu(batch, hidden, data(p.hidden_bias), data(h_));
  }
  at::addmm_out(mean_, p.mean_bias, h_, p.mean_weight.t());
  at::addmm_out(log_variance_, p.log_variance_bias, h_, p.log_variance_weight.t());
}

/// logits_ holds the gradient of the logits by now.
void TrainingStep::decode_backward(const Tensors& p, const Tensors& g) {
  product(g.logits_weight, logits_.t(), decoded_);
  product(dhidden_, logits_, p.logits_weight);
  relu_backward(decoded_.size(0), decoded_.size(1), data(decoded_), data(dhidden_),
                data(g.decode_bias));
  product(g.decode_weight, dhidden_.t(), z_);
  product(dz_, dhidden_, p.decode_weight);
}

void TrainingStep::encode_backward(const Tensors& p, const at::Tensor& x, const Tensors& g) {
  code_backward(z_.numel(), data(mean_), data(log_variance_), data(noise_), data(dz_), data(dmean_),
                data(dlog_variance_));
  sum_rows(dmean_, g.mean_bias);
  sum_rows(dlog_variance_, g.log_variance_bias);
  product(g.mean_weight, dmean_.t(), h_);
  product(g.log_variance_weight, dlog_variance_.t(), h_);
  product(dhidden_, dmean_, p.mean_weight);
  dhidden_.addmm_(dlog_variance_, p.log_variance_weight);
  relu_backward(h_.size(0), h_.size(1), data(h_), data(dhidden_), data(g.hidden_bias));
  if (is_sparse_) {
    sparse_gradient(sparse_, x.size(1), h_.size(1), data(dhidden_), data(g.hidden_weight));
  } else {
    product(g.hidden_weight, x.t(), dhidden_);
  }
}

}  // namespace vae
