// SPDX-License-Identifier: MIT
#include "train/calculation.hpp"

#include "core/json_text.hpp"
#include "wave/op.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glia::train {
namespace {

using nlohmann::ordered_json;

/// For each cell of a row the cells that it hears.
using Taps = std::vector<std::vector<std::int64_t>>;

/// The number of a value, and how many cells it has where it is a row.
struct MadeRow {
  std::size_t number = 0;
  std::int64_t cells = 0;
};

/// Steps, each of which is there once however often its value is used.
class StepList {
 public:
  std::size_t add(ordered_json step) {
    const auto [known, fresh] = numbers_.try_emplace(exact_json_text(step), steps_.size());
    if (fresh) steps_.push_back(std::move(step));
    return known->second;
  }
  std::size_t tensor(const ordered_json& name) { return add({"tensor", name}); }
  std::size_t constant(const ordered_json& value) { return add({"constant", value}); }
  std::size_t apply(const char* op, std::size_t a, std::size_t b) { return add({op, a, b}); }

  /// Cell j is cell `from[j]` of the row.
  std::size_t take(std::size_t row, const std::vector<std::int64_t>& from) {
    return apply("take", row, constant(from));
  }

  /// Cell j: the sum of what it hears, each times the weight of that tap, or as it is. Numbers are
  /// summed from one place to the next, so a cell that hears nobody hears cell 0 times 0.
  std::size_t hear(std::size_t row, std::optional<std::size_t> weights, const Taps& taps) {
    std::vector<std::int64_t> cells, starts, tap_of, there;
    std::int64_t tap = 0;
    for (const auto& heard : taps) {
      starts.push_back(static_cast<std::int64_t>(cells.size()));
      for (const std::int64_t cell : heard.empty() ? std::vector<std::int64_t>{0} : heard) {
        cells.push_back(cell);
        there.push_back(heard.empty() ? 0 : 1);
        tap_of.push_back(heard.empty() ? 0 : tap++);
      }
    }
    std::size_t sum = take(row, cells);
    const bool silent = std::find(there.begin(), there.end(), 0) != there.end();
    if (weights && tap > 0) {
      sum = apply("multiply", sum, silent ? take(*weights, tap_of) : *weights);
    }
    if (silent) sum = apply("multiply", sum, constant(there));
    return cells.size() == taps.size() ? sum : apply("sums", sum, constant(starts));
  }
  /// A row of `cells` in which cell `to` + i is cell `from` + i of the given one, `count` in all.
  std::size_t shifted(std::size_t row, std::int64_t from, std::int64_t count, std::int64_t to,
                      std::int64_t cells) {
    Taps taps(static_cast<std::size_t>(cells));
    for (std::int64_t i = 0; i < count; ++i) taps[static_cast<std::size_t>(to + i)] = {from + i};
    return hear(row, std::nullopt, taps);
  }
  /// ROW times the transpose of `weights` [out, in].
  std::size_t transposed_product(std::size_t row, std::size_t weights) {
    return apply("matmul", row, add({"transpose", weights}));
  }
  std::size_t softmax(std::size_t row) {
    const std::size_t below = apply("subtract", row, add({"greatest", row}));
    const std::size_t e = add({"exp", below});
    return apply("divide", e, apply("sums", e, constant(std::vector<int>{0})));
  }

  /// The list, ending with `answer`: a step that is there already is copied to the end.
  ordered_json finish(std::size_t answer, const ordered_json& reads) {
    if (answer + 1 != steps_.size()) steps_.push_back({"add", answer, constant(0)});
    return {{"version", calculation_version}, {"reads", reads}, {"steps", std::move(steps_)}};
  }

 private:
  ordered_json steps_ = ordered_json::array();
  std::map<std::string, std::size_t> numbers_;
};

/// Who hears whom, written out.
Taps taps_of(const ordered_json& step) {
  const auto& hears = step.at("hears");
  if (hears != "all") return hears.get<Taps>();
  std::vector<std::int64_t> all(step.at("in").get<std::size_t>());
  for (std::size_t k = 0; k < all.size(); ++k) all[k] = static_cast<std::int64_t>(k);
  return Taps(step.at("out").get<std::size_t>(), all);
}

/// The weights of a stencil with a compounding bias: the k-th last tap of cell j times (1 + b_j)^k
/// (docs/science.md, "Bias").
std::size_t compounded(StepList& steps, const ordered_json& step, std::size_t weights) {
  std::vector<std::int64_t> cell_of_tap;
  std::vector<std::size_t> powers;
  std::int64_t cell = 0;
  for (const auto& heard : taps_of(step)) {
    for (std::size_t k = heard.size(); k > 0; --k) {
      cell_of_tap.push_back(cell);
      powers.push_back(k);
    }
    ++cell;
  }
  const std::size_t one = steps.constant(1);
  const std::size_t base = steps.apply("add", steps.tensor(step.at("bias_tensor")), one);
  const std::size_t bases = steps.take(base, cell_of_tap);
  const std::size_t factors = steps.apply("power", bases, steps.constant(powers));
  return steps.apply("multiply", weights, factors);
}

/// One network's steps, over the row that it hears.
class NetworkSteps {
 public:
  NetworkSteps(StepList& steps, const MadeRow& row) : steps_(steps), rows_{row} {}

  /// The last row; nothing where a step is not written down.
  std::optional<MadeRow> write(const ordered_json& network) {
    for (const auto& step : network.at("steps")) {
      const auto row = add(step);
      if (!row) return std::nullopt;
      rows_.push_back({*row, step.at("out").get<std::int64_t>()});
    }
    return rows_.back();
  }

 private:
  std::optional<std::size_t> add(const ordered_json& step) {
    const std::string kind = step.at("kind");
    const std::size_t x = rows_.back().number;
    if (kind == "stencil") return stencil(step);
    if (kind == "activation") return activation(step);
    if (kind == "softmax") return steps_.softmax(x);
    if (kind == "cut" || is_disturbance(step)) return x;
    if (kind == "rest") {
      return steps_.constant(std::vector<int>(step.at("out").get<std::size_t>(), 0));
    }
    if (kind == "skip") {
      const MadeRow& from = row(step);
      const auto to = step.at("in").get<std::int64_t>();
      if (from.cells == to) return steps_.apply("add", x, from.number);
      const wave::Overlay over(to, from.cells);
      return steps_.apply("add", x, steps_.shifted(from.number, over.b, over.count, over.a, to));
    }
    if (kind == "inject") return inject(step);
    if (kind == "mean" || kind == "concat") return collect(step);
    return std::nullopt;
  }

  const MadeRow& row(const ordered_json& step) const {
    return rows_.at(step.at("row").get<std::size_t>());
  }

  std::size_t stencil(const ordered_json& step) {
    const bool fixed = step.contains("fixed");
    const std::string bias = step.at("bias");
    const std::size_t x = rows_.back().number;
    std::size_t weights =
        fixed ? steps_.constant(step.at("fixed")) : steps_.tensor(step.at("weight"));
    if (bias == "compounding") weights = compounded(steps_, step, weights);
    std::size_t sum = 0;
    if (step.at("hears") == "all") {
      const std::size_t shape = steps_.constant({step.at("out"), step.at("in")});
      sum = steps_.transposed_product(x, steps_.apply("reshape", weights, shape));
    } else {
      sum = steps_.hear(x, weights, taps_of(step));
    }
    if (bias != "additive") return sum;
    return steps_.apply("add", sum, steps_.tensor(step.at("bias_tensor")));
  }

  std::optional<std::size_t> activation(const ordered_json& step) {
    if (step.at("formula").is_null()) return std::nullopt;
    std::vector<std::size_t> values;
    for (const auto& part : step.at("formula")) {
      const std::string op = part.at(0);
      if (op == "input") {
        values.push_back(rows_.back().number);
      } else if (op == "constant") {
        values.push_back(steps_.constant(part.at(1)));
      } else if (op == "parameter") {
        const auto& parameter = step.at("parameters").at(part.at(1).get<std::size_t>());
        values.push_back(parameter.contains("tensor") ? steps_.tensor(parameter.at("tensor"))
                                                      : steps_.constant(parameter.at("value")));
      } else {
        ordered_json made = ordered_json::array({op == "select" ? "where" : op});
        for (std::size_t i = 1; i < part.size(); ++i) {
          made.push_back(values.at(part.at(i).get<std::size_t>()));
        }
        values.push_back(steps_.add(std::move(made)));
      }
    }
    return values.back();
  }

  std::size_t inject(const ordered_json& step) {
    Taps taps(step.at("in").get<std::size_t>());
    auto cell = step.at("first").get<std::int64_t>();
    for (const auto& to : step.at("cells")) taps.at(to.get<std::size_t>()) = {cell++};
    const std::size_t heard = steps_.hear(row(step).number, std::nullopt, taps);
    return steps_.apply("add", rows_.back().number, heard);
  }

  std::size_t collect(const ordered_json& step) {
    const auto places = step.at("rows").get<std::vector<std::size_t>>();
    const bool mean = step.at("kind") == "mean";
    const auto cells = step.at("out").get<std::int64_t>();
    std::optional<std::size_t> sum;
    std::int64_t to = 0;
    for (const std::size_t place : places) {
      const MadeRow& part = rows_.at(place);
      const std::size_t term =
          mean ? part.number : steps_.shifted(part.number, 0, part.cells, to, cells);
      sum = sum ? steps_.apply("add", *sum, term) : term;
      to += part.cells;
    }
    return mean ? steps_.apply("divide", *sum, steps_.constant(places.size())) : *sum;
  }

  StepList& steps_;
  std::vector<MadeRow> rows_;  // the network's input, and what each step left
};

/// The row that a network or head reads: one of those before it, or several joined.
std::optional<MadeRow> heard(StepList& steps, const std::vector<MadeRow>& rows,
                             const ordered_json& reader) {
  const auto& reads = reader.at("reads");
  if (!reads.is_array()) return rows.at(reads.get<std::size_t>());
  const bool concat = reader.at("join") == "concat";
  if (!concat && reader.at("join") != "add") return std::nullopt;
  std::vector<MadeRow> parts;
  std::int64_t cells = 0;
  for (const auto& place : reads) {
    parts.push_back(rows.at(place.get<std::size_t>()));
    cells = concat ? cells + parts.back().cells : parts.back().cells;
  }
  std::optional<std::size_t> sum;
  std::int64_t to = 0;
  for (const MadeRow& part : parts) {
    const std::size_t term =
        concat ? steps.shifted(part.number, 0, part.cells, to, cells) : part.number;
    sum = sum ? steps.apply("add", *sum, term) : term;
    to += part.cells;
  }
  return MadeRow{*sum, cells};
}

/// The states of several passes, each read by the same neurons: the sum of share times logarithm of the
/// probability.
std::size_t passes(StepList& steps, const MadeRow& row, const ordered_json& answer) {
  const auto shares = answer.at("shares").get<std::vector<double>>();
  const std::int64_t cells = row.cells / static_cast<std::int64_t>(shares.size());
  const std::size_t weight = steps.tensor(answer.at("weight"));
  const std::size_t bias = steps.tensor(answer.at("bias"));
  std::optional<std::size_t> sum;
  std::int64_t first = 0;
  for (const double share : shares) {
    const std::size_t state = steps.shifted(row.number, first, cells, 0, cells);
    first += cells;
    if (share == 0) continue;  // of a pass that is sure of something else, a logarithm of 0
    const std::size_t heard = steps.transposed_product(state, weight);
    const std::size_t likely = steps.softmax(steps.apply("add", heard, bias));
    const std::size_t term =
        steps.apply("multiply", steps.add({"log", likely}), steps.constant(share));
    sum = sum ? steps.apply("add", *sum, term) : term;
  }
  return *sum;
}

}  // namespace

ordered_json encoder_calculation(const ordered_json& description) {
  const auto& recipe = description.at("recipe");
  if (recipe.is_null()) return nullptr;
  StepList steps;
  std::size_t row = steps.add(ordered_json::array({"input"}));
  for (const auto& step : recipe) {
    const std::string op = step.at("op");
    if (op == "relu") {
      row = steps.apply("maximum", row, steps.constant(0));
    } else if (op == "sigmoid") {
      const std::size_t one = steps.constant(1);
      const std::size_t opposite = steps.apply("subtract", steps.constant(0), row);
      row = steps.apply("add", one, steps.add({"exp", opposite}));
      row = steps.apply("divide", one, row);
    } else if (!step.contains("tensor")) {
      row = steps.add({op, row});
    } else if (op == "multiply_transposed") {
      row = steps.transposed_product(row, steps.tensor(step.at("tensor")));
    } else {
      const std::size_t tensor = steps.tensor(step.at("tensor"));
      row = steps.apply(op == "multiply" ? "matmul" : op.c_str(), row, tensor);
    }
  }
  return steps.finish(row, nullptr);
}

ordered_json head_calculation(const ordered_json& description, std::int64_t cells) {
  StepList steps;
  MadeRow row{steps.add(ordered_json::array({"input"})), cells};
  if (const auto features = description.find("features"); features != description.end()) {
    row = {steps.take(row.number, features->get<std::vector<std::int64_t>>()),
           static_cast<std::int64_t>(features->size())};
  }
  std::vector<MadeRow> rows{row};
  for (const auto& network : description.at("networks")) {
    const auto input = heard(steps, rows, network);
    const auto left = input ? NetworkSteps(steps, *input).write(network) : std::nullopt;
    if (!left) return nullptr;
    rows.push_back(*left);
  }
  const auto last = heard(steps, rows, description);
  const auto& answer = description.at("answer");
  const auto& encoder = description.at("encoder");
  if (!last || answer.is_null()) return nullptr;
  if (answer == "values") return steps.finish(last->number, encoder);
  const std::size_t sums = answer.is_object() ? passes(steps, *last, answer) : last->number;
  return steps.finish(steps.softmax(sums), encoder);
}

bool is_disturbance(const ordered_json& step) { return step.contains("level"); }

}  // namespace glia::train
