// SPDX-License-Identifier: MIT
#include "training_step.hpp"

#include "product.hpp"

#include <glia/sdk/parallel.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <span>

namespace vae {
namespace {

/// Samples of a shard. Fewer would cost the products speed, more would leave threads idle.
constexpr std::int64_t shard_samples = 32;

/// Samples of a part of the batch for the first layer, whose pieces take longer where more pixels are not zero.
constexpr std::int64_t heard_samples = 64;

/// Pixels of a block: what oneDNN works on at a time on AVX-512.
constexpr std::int64_t block_pixels = 48;

/// Pieces of the pixels, where there are so many blocks. More would cost memory traffic: each leaves a sum
/// for every hidden neuron of every sample.
constexpr std::int64_t most_pieces = 4;

/// Below this share of non-zero pixels the first layer runs on those alone. Measured
/// (tests/bench): the sparse products cost as much as the dense ones at about 0.4.
constexpr double sparse_below = 0.35;

std::int64_t blocks_of(std::int64_t n, std::int64_t size) { return (n + size - 1) / size; }

float* data(const at::Tensor& t) { return t.data_ptr<float>(); }

/// Rows first ... first + count - 1 of a tensor [rows, columns].
Matrix rows(const at::Tensor& t, std::int64_t first, std::int64_t count) {
  return {data(t) + first * t.size(1), count, t.size(1), t.size(1)};
}

Matrix matrix(const at::Tensor& t) { return rows(t, 0, t.size(0)); }

/// out = a b, out's rows one after the other.
void product(const Matrix& a, const Matrix& b, float* out) {
  product(a, b, out, b.transposed ? b.rows : b.columns);
}

/// sums [n] of `count` rows of n numbers, `stride` apart.
void sum_rows(const float* row, std::int64_t count, std::int64_t n, std::int64_t stride,
              float* sums) {
  std::copy_n(row, n, sums);
  for (std::int64_t i = 1; i < count; ++i) {
    row += stride;
    for (std::int64_t k = 0; k < n; ++k) sums[k] += row[k];
  }
}

void sum_shards(const at::Tensor& sums, const at::Tensor& out) {
  sum_rows(data(sums), sums.size(0), sums.size(1), sums.size(1), data(out));
}

/// h [count, hidden] = relu(x weight + bias).
void hidden_layer(const Tensors& p, const float* x, std::int64_t count, SparseRows& pixels,
                  float* h) {
  const std::int64_t features = p.hidden_weight.size(0), hidden = p.hidden_weight.size(1);
  pixels.read_samples(x, count, features, features);
  if (pixels.density() < sparse_below) {
    sparse_forward(pixels, hidden, data(p.hidden_weight), data(p.hidden_bias), h);
  } else {
    product({x, count, features, features}, matrix(p.hidden_weight), h);
    add_bias_relu(count, hidden, data(p.hidden_bias), h);
  }
}

/// Both layers of the code as one: weight [2z, hidden].
at::Tensor code_weight(const Tensors& p) { return at::cat({p.mean_weight, p.log_variance_weight}); }

/// code [count, 2z] of h [count, hidden]; weight_t [hidden, 2z].
void code_layer(const Tensors& p, const Matrix& h, const at::Tensor& weight_t, float* code) {
  product(h, matrix(weight_t), code);
  const std::int64_t z = p.mean_bias.size(0);
  const float *const mean = data(p.mean_bias), *const log_variance = data(p.log_variance_bias);
  for (std::int64_t s = 0; s < h.rows; ++s, code += 2 * z) {
    for (std::int64_t i = 0; i < z; ++i) {
      code[i] += mean[i];
      code[z + i] += log_variance[i];
    }
  }
}

}  // namespace

Tensors Tensors::from(const std::vector<at::Tensor>& all) {
  return {all[0], all[1], all[2], all[3], all[4], all[5], all[6], all[7], all[8], all[9]};
}

void TrainingStep::prepare(const Tensors& p, std::int64_t batch) {
  if (batch == batch_) return;
  batch_ = batch;
  features_ = p.hidden_weight.size(0);
  hidden_ = p.hidden_weight.size(1);
  z_ = p.mean_bias.size(0);
  const std::int64_t count = blocks_of(batch, shard_samples);
  shards_.resize(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    Shard& shard = shards_[static_cast<std::size_t>(i)];
    shard.first = i * shard_samples;
    shard.count = std::min(shard_samples, batch - shard.first);
  }
  const std::int64_t blocks = blocks_of(features_, block_pixels);
  const std::int64_t pieces = std::min(most_pieces, blocks);
  block_samples_.resize(static_cast<std::size_t>(blocks));
  pieces_.resize(static_cast<std::size_t>(pieces));
  for (std::int64_t i = 0; i < pieces; ++i) {
    Piece& piece = pieces_[static_cast<std::size_t>(i)];
    piece.first = i * blocks / pieces * block_pixels;
    piece.count = std::min((i + 1) * blocks / pieces * block_pixels, features_) - piece.first;
    piece.heard.resize(static_cast<std::size_t>(blocks_of(batch, heard_samples)));
  }
  parts_ = at::empty({pieces, batch, hidden_});
  const auto make = [](std::int64_t count, std::int64_t n) { return at::empty({count, n}); };
  for (at::Tensor* t : {&h_, &decoded_, &dhidden_, &ddecoded_}) *t = make(batch, hidden_);
  for (at::Tensor* t : {&code_, &dcode_}) *t = make(batch, 2 * z_);
  for (at::Tensor* t : {&noise_, &sample_, &dsample_}) *t = make(batch, z_);
  for (at::Tensor* t : {&decode_sums_, &hidden_sums_}) *t = make(count, hidden_);
  logits_ = make(batch, features_);
}

void TrainingStep::prepare_code(const Tensors& p, glia::RandomStream& random) {
  code_weight_ = code_weight(p);
  code_weight_t_ = code_weight_.t().contiguous();
  random.normal(std::span(data(noise_), static_cast<std::size_t>(noise_.numel())));
}

double TrainingStep::run(const Tensors& p, const at::Tensor& inputs, glia::RandomStream& random,
                         const Tensors& g, glia::GradientListener* listener) {
  const at::Tensor x_kept = inputs.contiguous();
  const float* x = data(x_kept);
  prepare(p, inputs.size(0));
  const auto each = [](auto& all, auto body) {
    glia::parallel(static_cast<std::int64_t>(all.size()),
                   [&](std::int64_t i) { body(all[static_cast<std::size_t>(i)]); });
  };
  const std::int64_t parts = blocks_of(batch_, heard_samples),
                     heard = static_cast<std::int64_t>(pieces_.size()) * parts;
  glia::parallel(heard + 1, [&](std::int64_t i) {
    if (i == heard) return prepare_code(p, random);
    hear_pixels(p, x, pieces_[static_cast<std::size_t>(i / parts)], i % parts);
  });
  each(shards_, [&](Shard& shard) { code(p, shard); });
  each(pieces_, [&](Piece& piece) { reconstruct(p, x, g, piece); });
  each(shards_, [&](const Shard& shard) { backward(p, shard); });
  double loss = 0;
  for (const Shard& shard : shards_) loss += shard.loss;
  for (const Piece& piece : pieces_) loss += piece.loss;
  if (listener) listener->loss(loss);
  const Tell tell = [&](const float* first, std::int64_t count) {
    if (listener) listener->found(first, count);
  };
  const auto blocks = static_cast<std::int64_t>(block_samples_.size());
  constexpr std::int64_t others = 4;
  glia::parallel(2 * blocks + others, [&](std::int64_t i) {
    if (i >= 2 * blocks) {
      other_gradients(g, i - 2 * blocks, tell);
    } else if (i % 2 == 0) {  // both of a block on one thread, likely that of its piece
      hidden_gradient(x, g, i / 2, tell);
    } else {
      logits_gradient(g, i / 2, tell);
    }
  });
  return loss;
}

float* TrainingStep::part_of(const Piece& piece) const {
  return data(parts_) + (&piece - pieces_.data()) * batch_ * hidden_;
}

void TrainingStep::sum_parts(const Shard& shard, const at::Tensor& out) const {
  const std::int64_t first = shard.first * hidden_;
  sum_pieces(static_cast<std::int64_t>(pieces_.size()), batch_ * hidden_, shard.count * hidden_,
             data(parts_) + first, data(out) + first);
}

void TrainingStep::hear_pixels(const Tensors& p, const float* x, Piece& piece, std::int64_t part) {
  SparseRows& samples = piece.heard[static_cast<std::size_t>(part)];
  const std::int64_t first = part * heard_samples, count = std::min(heard_samples, batch_ - first);
  const float* const pixels = x + first * features_ + piece.first;
  float* const out = part_of(piece) + first * hidden_;
  samples.read_samples(pixels, count, features_, piece.count);
  if (samples.density() < sparse_below) {
    sparse_product(samples, hidden_, data(p.hidden_weight) + piece.first * hidden_, out);
  } else {
    product({pixels, count, piece.count, features_},
            rows(p.hidden_weight, piece.first, piece.count), out);
  }
}

/// From the hidden layer to the decoder's.
void TrainingStep::code(const Tensors& p, Shard& shard) {
  const std::int64_t first = shard.first, n = shard.count;
  sum_parts(shard, h_);
  add_bias_relu(n, hidden_, data(p.hidden_bias), data(h_) + first * hidden_);
  float* code = data(code_) + first * 2 * z_;
  code_layer(p, rows(h_, first, n), code_weight_t_, code);
  shard.loss = 0;
  for (std::int64_t s = first; s < first + n; ++s, code += 2 * z_) {
    shard.loss += sample_code(z_, code, code + z_, data(noise_) + s * z_, data(sample_) + s * z_);
  }
  float* const decoded = data(decoded_) + first * hidden_;
  product(rows(sample_, first, n), matrix(p.decode_weight).t(), decoded);
  add_bias_relu(n, hidden_, data(p.decode_bias), decoded);
}

/// The pixels' logits, their loss and their gradient, which is in logits_ then.
void TrainingStep::reconstruct(const Tensors& p, const float* x, const Tensors& g, Piece& piece) {
  const std::int64_t first = piece.first, n = piece.count;
  const Matrix weight = rows(p.logits_weight, first, n);
  float* const logits = data(logits_) + first;
  product(matrix(decoded_), weight.t(), logits, features_);
  piece.loss = cross_entropy(batch_, n, features_, x + first, data(p.logits_bias) + first, logits,
                             data(g.logits_bias) + first);
  product({logits, batch_, n, features_}, weight, part_of(piece));
}

void TrainingStep::backward(const Tensors& p, const Shard& shard) {
  const std::int64_t first = shard.first, n = shard.count, number = shard_number(shard);
  float *ddecoded = data(ddecoded_) + first * hidden_, *dhidden = data(dhidden_) + first * hidden_;
  sum_parts(shard, ddecoded_);
  relu_backward(n, hidden_, data(decoded_) + first * hidden_, ddecoded,
                data(decode_sums_) + number * hidden_);
  product(rows(ddecoded_, first, n), matrix(p.decode_weight), data(dsample_) + first * z_);
  for (std::int64_t s = first; s < first + n; ++s) {
    const float* code = data(code_) + s * 2 * z_;
    float* dcode = data(dcode_) + s * 2 * z_;
    code_backward(z_, code, code + z_, data(noise_) + s * z_, data(dsample_) + s * z_, dcode,
                  dcode + z_);
  }
  product(rows(dcode_, first, n), matrix(code_weight_), dhidden);
  relu_backward(n, hidden_, data(h_) + first * hidden_, dhidden,
                data(hidden_sums_) + number * hidden_);
}

void TrainingStep::logits_gradient(const Tensors& g, std::int64_t block, const Tell& tell) {
  const std::int64_t pixel = block * block_pixels, n = std::min(block_pixels, features_ - pixel);
  const Matrix logits{data(logits_) + pixel, batch_, n, features_};
  float* const gradient = data(g.logits_weight) + pixel * hidden_;
  product(logits.t(), matrix(decoded_), gradient);
  tell(gradient, n * hidden_);
}

void TrainingStep::hidden_gradient(const float* x, const Tensors& g, std::int64_t block,
                                   const Tell& tell) {
  const std::int64_t pixel = block * block_pixels, n = std::min(block_pixels, features_ - pixel);
  SparseRows& samples = block_samples_[static_cast<std::size_t>(block)];
  float* gradient = data(g.hidden_weight) + pixel * hidden_;
  samples.read_pixels(x + pixel, batch_, features_, n);
  if (samples.density() < sparse_below) {
    sparse_product(samples, hidden_, data(dhidden_), gradient);
  } else {
    product(Matrix{x + pixel, batch_, n, features_}.t(), matrix(dhidden_), gradient);
  }
  tell(gradient, n * hidden_);
}

void TrainingStep::other_gradients(const Tensors& g, std::int64_t which, const Tell& tell) {
  const Matrix dmean{data(dcode_), batch_, z_, 2 * z_},
      dlog_variance{data(dcode_) + z_, batch_, z_, 2 * z_};
  const auto weight = [&](const Matrix& a, const at::Tensor& b, const at::Tensor& gradient) {
    product(a, matrix(b), data(gradient));
    tell(data(gradient), gradient.numel());
  };
  switch (which) {
    case 0:
      return weight(matrix(ddecoded_).t(), sample_, g.decode_weight);
    case 1:
      return weight(dmean.t(), h_, g.mean_weight);
    case 2:
      return weight(dlog_variance.t(), h_, g.log_variance_weight);
    case 3:
      bias_gradients(g);
      for (const at::Tensor* bias :
           {&g.hidden_bias, &g.mean_bias, &g.log_variance_bias, &g.decode_bias, &g.logits_bias}) {
        tell(data(*bias), bias->numel());
      }
  }
}

void TrainingStep::bias_gradients(const Tensors& g) {
  const float* dmean = data(dcode_);
  sum_rows(dmean, batch_, z_, 2 * z_, data(g.mean_bias));
  sum_rows(dmean + z_, batch_, z_, 2 * z_, data(g.log_variance_bias));
  sum_shards(decode_sums_, g.decode_bias);
  sum_shards(hidden_sums_, g.hidden_bias);
}

void encode(const Tensors& p, const at::Tensor& inputs, const at::Tensor& mean,
            const at::Tensor& log_variance) {
  const std::int64_t samples = inputs.size(0), features = inputs.size(1);
  const std::int64_t hidden = p.hidden_weight.size(1), z = p.mean_bias.size(0);
  const at::Tensor x = inputs.contiguous(), weight_t = code_weight(p).t().contiguous();
  constexpr std::int64_t at_once = 128;
  // In bodies, which have one OpenMP thread: oneDNN's sums depend on their number.
  glia::parallel(blocks_of(samples, at_once), [&](std::int64_t block) {
    const std::int64_t first = block * at_once, n = std::min(at_once, samples - first);
    SparseRows pixels;
    const at::Tensor h = at::empty({n, hidden}), code = at::empty({n, 2 * z});
    hidden_layer(p, data(x) + first * features, n, pixels, data(h));
    code_layer(p, rows(h, 0, n), weight_t, data(code));
    for (std::int64_t s = 0; s < n; ++s) {
      const float* of = data(code) + s * 2 * z;
      std::copy_n(of, z, data(mean) + (first + s) * z);
      std::copy_n(of + z, z, data(log_variance) + (first + s) * z);
    }
  });
}

}  // namespace vae
