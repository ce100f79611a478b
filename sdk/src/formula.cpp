// SPDX-License-Identifier: MIT
#include <glia/sdk/formula.hpp>

#include <functional>
#include <unordered_map>

namespace glia {

struct Symbol::Node {
  Formula::Op op = Formula::Op::constant;
  double constant = 0;
  std::size_t index = 0;
  std::vector<Symbol> of{};
};

Symbol::Symbol(double constant) : node_(std::make_shared<const Node>(Node{.constant = constant})) {}

Symbol Symbol::input() {
  return Symbol(std::make_shared<const Node>(Node{.op = Formula::Op::input}));
}

Symbol Symbol::parameter(std::size_t index) {
  return Symbol(std::make_shared<const Node>(Node{.op = Formula::Op::parameter, .index = index}));
}

Symbol Symbol::of(Formula::Op op, std::vector<Symbol> operands) {
  return Symbol(std::make_shared<const Node>(Node{.op = op, .of = std::move(operands)}));
}

Formula Symbol::formula() const {
  Formula formula;
  std::unordered_map<const Node*, std::size_t> places;  // a number used twice is computed once
  const std::function<std::size_t(const Symbol&)> place = [&](const Symbol& symbol) {
    const Node& node = *symbol.node_;
    if (const auto it = places.find(&node); it != places.end()) return it->second;
    Formula::Step step{node.op, node.constant, node.index, {}};
    for (const Symbol& operand : node.of) step.of.push_back(place(operand));
    formula.steps.push_back(std::move(step));
    return places[&node] = formula.steps.size() - 1;
  };
  place(*this);
  return formula;
}

}  // namespace glia
