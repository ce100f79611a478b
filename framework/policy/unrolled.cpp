// SPDX-License-Identifier: MIT
#include "policy/unrolled.hpp"

#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>
#include <variant>

namespace glia::policy {
namespace {

using wave::Op;

class Unroller {
 public:
  Unroller(const wave::Program& program, const std::vector<Carry>& carries)
      : program_(program),
        carries_(carries),
        owners_(program.ops().size()),
        before_(program.ops().size() + 1) {}

  void pass(std::int64_t number) {
    std::vector<std::size_t> now(program_.ops().size() + 1);
    now[0] = heard(number);
    for (std::size_t i = 0; i < program_.ops().size(); ++i) {
      Op op = program_.ops()[i];
      refer(op, now);
      share(op, i, number == 0);
      if (number == 0) owners_[i] = ops_.size();
      ops_.push_back(std::move(op));
      const Carry* carry = carried(i);
      if (carry && number > 0) ops_.emplace_back(wave::SkipOp{before_[carry->row]});
      now[i + 1] = ops_.size();
    }
    before_ = std::move(now);
    last_.push_back(before_.back());
  }

  std::vector<Op> finish() {
    ops_.emplace_back(wave::CollectOp{std::move(last_), false});
    return std::move(ops_);
  }

 private:
  /// The row of what pass `number` hears.
  std::size_t heard(std::int64_t number) {
    wave::InjectOp part{0, number * program_.in(), {}};
    part.to.resize(static_cast<std::size_t>(program_.in()));
    std::iota(part.to.begin(), part.to.end(), 0);
    ops_.emplace_back(wave::RestOp{program_.in()});
    ops_.emplace_back(std::move(part));
    return ops_.size();
  }

  const Carry* carried(std::size_t op) const {
    for (const Carry& carry : carries_) {
      if (carry.rest == op) return &carry;
    }
    return nullptr;
  }

  /// Rows of one pass, where they lie in the whole.
  static void refer(Op& op, const std::vector<std::size_t>& now) {
    if (auto* skip = std::get_if<wave::SkipOp>(&op)) skip->row = now[skip->row];
    if (auto* inject = std::get_if<wave::InjectOp>(&op)) inject->row = now[inject->row];
    if (auto* collect = std::get_if<wave::CollectOp>(&op)) {
      for (std::size_t& row : collect->rows) row = now[row];
    }
  }

  /// Parameters are those of the first pass, or of an earlier op of it.
  void share(Op& op, std::size_t i, bool first) const {
    const auto point = [&](std::optional<std::size_t>& shares) {
      if (shares) {
        shares = owners_[*shares];
      } else if (!first) {
        shares = owners_[i];
      }
    };
    if (auto* step = std::get_if<wave::StencilOp>(&op)) point(step->shares);
    if (auto* activation = std::get_if<wave::ActivationOp>(&op)) point(activation->shares);
  }

  const wave::Program& program_;
  const std::vector<Carry>& carries_;
  std::vector<Op> ops_;
  std::vector<std::size_t> owners_;  ///< of each op, the one of the first pass
  std::vector<std::size_t> before_;  ///< where the rows of the pass before lie
  std::vector<std::size_t> last_;
};

}  // namespace

std::shared_ptr<const wave::Program> unrolled(const wave::Program& program,
                                              const std::vector<Carry>& carries,
                                              std::int64_t passes) {
  Unroller unroller(program, carries);
  for (std::int64_t t = 0; t < passes; ++t) unroller.pass(t);
  return std::make_shared<const wave::Program>(passes * program.in(), unroller.finish());
}

}  // namespace glia::policy
