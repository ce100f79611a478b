// SPDX-License-Identifier: MIT
#include "wave/row_ops.hpp"

#include <ATen/ATen.h>

namespace glia::wave {
namespace {

at::Tensor inject(const InjectOp& op, const at::Tensor& row, const at::Tensor& from) {
  const auto count = static_cast<std::int64_t>(op.to.size());
  const std::vector<std::int64_t> cells(op.to.begin(), op.to.end());
  return row.index_add(1, at::tensor(cells, at::kLong).to(row.device()),
                       from.narrow(1, op.first, count));
}

at::Tensor collect(const CollectOp& op, const std::vector<at::Tensor>& rows) {
  std::vector<at::Tensor> collected;
  for (const std::size_t row : op.rows) collected.push_back(rows.at(row));
  return op.mean ? at::stack(collected).mean(0) : at::cat(collected, 1);
}

}  // namespace

at::Tensor add_skip(const at::Tensor& row, const at::Tensor& from) {
  const Overlay over(row.size(1), from.size(1));
  const at::Tensor heard = from.narrow(1, over.b, over.count);
  return row + at::constant_pad_nd(heard, {over.a, row.size(1) - over.a - over.count});
}

at::Tensor make_row(const Op& op, const std::vector<at::Tensor>& rows) {
  const at::Tensor& row = rows.back();
  if (const auto* skip = std::get_if<SkipOp>(&op)) return add_skip(row, rows.at(skip->row));
  if (const auto* rest = std::get_if<RestOp>(&op)) {
    return at::zeros({row.size(0), rest->cells}, row.options());
  }
  if (const auto* injected = std::get_if<InjectOp>(&op)) {
    return inject(*injected, row, rows.at(injected->row));
  }
  if (const auto* collected = std::get_if<CollectOp>(&op)) return collect(*collected, rows);
  if (std::holds_alternative<CutOp>(op)) return row.detach();
  return {};
}

}  // namespace glia::wave
