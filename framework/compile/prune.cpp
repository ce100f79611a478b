// SPDX-License-Identifier: MIT
#include "compile/prune.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

namespace glia::compile {
namespace {

constexpr int turns = 10;       // of fitting, after each row that is taken
constexpr double stiff = 1e-4;  // how firmly a row stays where the weights do not say, see fitted

at::Tensor matrix_of(const BandRow& row) {
  const auto n = static_cast<std::int64_t>(row.taps.size());
  at::Tensor matrix = at::zeros({n, n}, at::kDouble);
  for (std::int64_t p = 0; p < n; ++p) {
    for (std::int64_t t = 0; t < 3; ++t) {
      const std::int64_t from = p + t - 1;
      if (from < 0 || from >= n) continue;
      matrix.data_ptr<double>()[p * n + from] =
          row.taps[static_cast<std::size_t>(p)][static_cast<std::size_t>(t)];
    }
  }
  return matrix;
}

BandRow row_of(const at::Tensor& matrix) {
  const std::int64_t n = matrix.size(0);
  const at::Tensor whole = matrix.contiguous();
  BandRow row{.taps = std::vector<std::array<double, 3>>(static_cast<std::size_t>(n))};
  for (std::int64_t p = 0; p < n; ++p) {
    for (std::int64_t t = 0; t < 3; ++t) {
      const std::int64_t from = p + t - 1;
      if (from < 0 || from >= n) continue;
      row.taps[static_cast<std::size_t>(p)][static_cast<std::size_t>(t)] =
          whole.data_ptr<double>()[p * n + from];
    }
  }
  return row;
}

}  // namespace

Pruning::Pruning(const DenseLayer& layer, const BlockPlace& place, const std::vector<BandRow>& rows)
    : cells_(place.cells),
      least_(std::max({std::int64_t{1}, std::abs(place.x - place.y),
                       std::abs(place.x + layer.in - place.y - layer.out)})),
      weights_(at::from_blob(const_cast<double*>(layer.weight.data()), {layer.out, layer.in},
                             at::kDouble)
                   .clone()),
      first_(at::eye(cells_, at::kDouble).narrow(1, place.x, layer.in)),
      last_(at::eye(cells_, at::kDouble).narrow(0, place.y, layer.out)) {
  std::vector<std::int64_t> to, from;
  for (std::int64_t p = 0; p < cells_; ++p) {
    for (std::int64_t q = std::max<std::int64_t>(0, p - 1); q <= std::min(p + 1, cells_ - 1); ++q) {
      to.push_back(p);
      from.push_back(q);
    }
  }
  to_ = at::tensor(to);
  from_ = at::tensor(from);
  for (const BandRow& row : rows) rows_.push_back(matrix_of(row));
  next_ = best_merged();
}

std::vector<at::Tensor> Pruning::after() const {
  std::vector<at::Tensor> all(rows_.size() + 1);
  all.back() = last_;
  for (std::size_t r = rows_.size(); r-- > 0;) all[r] = at::mm(all[r + 1], rows_[r]);
  return all;
}

at::Tensor Pruning::fitted(const at::Tensor& after, const at::Tensor& before,
                           const at::Tensor& start) const {
  // The weights are linear in the row's taps, of (to, from): after[:, to] before[from, :]. Their
  // products are those of the two Gram matrices, so the large matrix of all is never made.
  const at::Tensor a = at::mm(after.t(), after), b = at::mm(before, before.t());
  const at::Tensor target = at::mm(at::mm(after.t(), weights_), before.t());
  const auto pairs = [](const at::Tensor& gram, const at::Tensor& index) {
    return gram.index_select(0, index).index_select(1, index);
  };
  const auto of_taps = [&](const at::Tensor& matrix) {
    return matrix.contiguous().flatten().index_select(0, to_ * cells_ + from_);
  };
  at::Tensor system = pairs(a, to_) * pairs(b, from_);
  const double keep = stiff * system.diagonal().mean().item<double>() +
                      std::numeric_limits<double>::min() / std::numeric_limits<double>::epsilon();
  system.diagonal().add_(keep);
  const at::Tensor wanted = of_taps(target) + keep * of_taps(start);
  const at::Tensor taps =
      at::cholesky_solve(wanted.unsqueeze(1), at::linalg_cholesky(system)).flatten();
  return at::zeros({cells_ * cells_}, at::kDouble)
      .index_copy(0, to_ * cells_ + from_, taps)
      .view({cells_, cells_});
}

double Pruning::loss(const at::Tensor& product) const {
  const double all = weights_.square().sum().item<double>();
  const double missed = (product - weights_).square().sum().item<double>();
  return all > 0 ? missed / all : missed;
}

Pruning::Merged Pruning::best_merged() const {
  Merged best{.loss = std::numeric_limits<double>::infinity()};
  const auto after = this->after();
  at::Tensor before = first_;
  for (std::size_t r = 0; r + 1 < rows_.size(); ++r) {
    const at::Tensor row = fitted(after[r + 2], before, rows_[r + 1]);
    const double missed = loss(at::mm(after[r + 2], at::mm(row, before)));
    if (missed < best.loss) best = {r, missed, row};
    before = at::mm(rows_[r], before);
  }
  return best;
}

void Pruning::fit_all() {
  for (int turn = 0; turn < turns; ++turn) {
    const auto after = this->after();
    at::Tensor before = first_;
    double size = 0;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      rows_[r] = fitted(after[r + 1], before, rows_[r]);
      before = at::mm(rows_[r], before);
      size += std::log(rows_[r].norm().item<double>());
    }
    // Equally large rows train best, and their product stays the same.
    if (!std::isfinite(size)) continue;  // a row of zeros: so are all weights
    size = std::exp(size / static_cast<double>(rows_.size()));
    for (at::Tensor& row : rows_) row.mul_(size / row.norm());
  }
}

void Pruning::take() {
  const auto gone = rows_.begin() + static_cast<std::ptrdiff_t>(next_.first);
  *rows_.erase(gone) = next_.row;
  fit_all();
  next_ = best_merged();
}

std::vector<BandRow> Pruning::rows() const {
  std::vector<BandRow> all;
  std::transform(rows_.begin(), rows_.end(), std::back_inserter(all), row_of);
  return all;
}

}  // namespace glia::compile
