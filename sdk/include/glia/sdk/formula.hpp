// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace glia {

/// A function of one cell written down step by step, so that it can be computed by other means than
/// the plugin's own code: as tensor operations, say. Steps only refer to steps before them; the
/// last one is the value.
struct Formula {
  enum class Op {
    input,      ///< what the cell is given
    parameter,  ///< number `index` of the cell's parameters
    constant,
    add,
    subtract,
    multiply,
    divide,
    less,    ///< a condition: first < second
    select,  ///< condition ? second : third
    exp,
    log,
    tanh,
    sqrt,
    abs
  };
  struct Step {
    Op op = Op::constant;
    double constant = 0;
    std::size_t index = 0;          ///< of a parameter
    std::vector<std::size_t> of{};  ///< the steps that it works on
  };
  std::vector<Step> steps;
};

/// A number that is not there yet: arithmetic with it is written down instead of done.
/// `glia::math` knows it as it knows float and double.
class GLIA_API Symbol {
 public:
  Symbol(double constant);  // NOLINT: as numbers do
  static Symbol input();
  static Symbol parameter(std::size_t index);
  static Symbol of(Formula::Op op, std::vector<Symbol> operands);

  /// All that led to this number.
  Formula formula() const;

 private:
  struct Node;
  explicit Symbol(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;
};

inline Symbol operator+(const Symbol& a, const Symbol& b) {
  return Symbol::of(Formula::Op::add, {a, b});
}
inline Symbol operator-(const Symbol& a, const Symbol& b) {
  return Symbol::of(Formula::Op::subtract, {a, b});
}
inline Symbol operator*(const Symbol& a, const Symbol& b) {
  return Symbol::of(Formula::Op::multiply, {a, b});
}
inline Symbol operator/(const Symbol& a, const Symbol& b) {
  return Symbol::of(Formula::Op::divide, {a, b});
}
inline Symbol operator-(const Symbol& a) { return Symbol(0) - a; }
inline Symbol operator<(const Symbol& a, const Symbol& b) {
  return Symbol::of(Formula::Op::less, {a, b});
}
inline Symbol operator>(const Symbol& a, const Symbol& b) { return b < a; }

}  // namespace glia
