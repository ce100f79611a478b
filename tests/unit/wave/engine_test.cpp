// SPDX-License-Identifier: MIT
// Programs of every kind of step, against LibTorch and against themselves.
#include "catch.hpp"
#include "random_programs.hpp"
#include "wave/learner.hpp"

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

using namespace wave_test;

namespace {

constexpr std::int64_t tile = wave::tile_samples;

double size_of(const at::Tensor& t) { return 1 + t.abs().max().item<double>(); }

/// Rows [B, n] as the engine wants them: [tiles][n][tile].
wave::Memory<float> tiled(const at::Tensor& rows) {
  const std::int64_t tiles = (rows.size(0) + tile - 1) / tile, width = rows.size(1);
  wave::Memory<float> out(tiles * width * tile, 0.0f);
  for (std::int64_t b = 0; b < rows.size(0); ++b) {
    for (std::int64_t c = 0; c < width; ++c) {
      out[(b / tile * width + c) * tile + b % tile] =
          static_cast<float>(rows.data_ptr<double>()[b * width + c]);
    }
  }
  return out;
}

void copy_parameters(const Case& c, wave::Learner& learner) {
  auto flat = learner.parameters().begin();
  for (const auto& p : c.parameters) {
    for (std::int64_t i = 0; i < p.numel(); ++i)
      *flat++ = static_cast<float>(p.data_ptr<double>()[i]);
  }
  REQUIRE(flat == learner.parameters().end());
}

/// Whom a change of this cell of the first row reaches in the last one.
std::vector<bool> reached_from(std::int64_t cell, std::int64_t in, const std::vector<Op>& ops) {
  std::vector<std::vector<bool>> reached = {std::vector<bool>(static_cast<std::size_t>(in))};
  reached[0][static_cast<std::size_t>(cell)] = true;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    std::vector<bool> next = reached.back();
    if (const auto* step = std::get_if<StencilOp>(&ops[i])) {
      next.assign(static_cast<std::size_t>(step->stencil.out), false);
      for (std::size_t j = 0; j < next.size(); ++j) {
        for (auto t = step->stencil.first[j]; t < step->stencil.first[j + 1]; ++t) {
          if (reached.back()[static_cast<std::size_t>(
                  step->stencil.taps[static_cast<std::size_t>(t)])])
            next[j] = true;
        }
      }
    } else if (const auto* skip = std::get_if<wave::SkipOp>(&ops[i])) {
      const auto& from = reached[skip->row];
      const auto shift =
          (static_cast<std::int64_t>(from.size()) - static_cast<std::int64_t>(next.size())) / 2;
      for (std::int64_t j = 0; j < static_cast<std::int64_t>(next.size()); ++j) {
        const std::int64_t k = j + shift;
        if (k >= 0 && k < static_cast<std::int64_t>(from.size()) &&
            from[static_cast<std::size_t>(k)]) {
          next[static_cast<std::size_t>(j)] = true;
        }
      }
    } else if (const auto* rest = std::get_if<wave::RestOp>(&ops[i])) {
      next.assign(static_cast<std::size_t>(rest->cells), false);
    } else if (const auto* inject = std::get_if<wave::InjectOp>(&ops[i])) {
      for (std::size_t j = 0; j < inject->to.size(); ++j) {
        if (reached[inject->row][static_cast<std::size_t>(inject->first) + j]) {
          next[static_cast<std::size_t>(inject->to[j])] = true;
        }
      }
    } else if (const auto* collect = std::get_if<wave::CollectOp>(&ops[i])) {
      next.clear();
      for (const std::size_t r : collect->rows) {
        if (!collect->mean) next.insert(next.end(), reached[r].begin(), reached[r].end());
        next.resize(std::max(next.size(), reached[r].size()));
        for (std::size_t j = 0; collect->mean && j < next.size(); ++j) {
          next[j] = next[j] || reached[r][j];
        }
      }
    }
    reached.push_back(next);
  }
  return reached.back();
}

}  // namespace

TEST_CASE("random programs and their gradients are those of plain LibTorch") {
  for (std::uint64_t number = 0; number < 300; ++number) {
    RandomStream random(11, "random program", number);
    const RandomProgram made(random);
    Case c(made.in, made.ops, random);
    RandomStream draws(3, "draws", number);
    const ForwardContext context{number % 3 != 0, &draws};
    const std::int64_t batch = 1 + static_cast<std::int64_t>(random.below(140));
    std::vector<at::Tensor> inputs = {normal(random, {batch, made.in})};
    inputs.insert(inputs.end(), c.parameters.begin(), c.parameters.end());
    for (at::Tensor& t : inputs) t.requires_grad_(true);
    INFO("program " << number << ", batch " << batch);
    const at::Tensor y = c.run(inputs[0], context);
    const at::Tensor expected = reference(*c.program, inputs[0], c.parameters, context);
    REQUIRE(y.sizes() == expected.sizes());
    CHECK(difference(y, expected) < 1e-11 * size_of(expected));
    const at::Tensor direction = normal(random, {batch, c.program->out()});
    const auto ours = torch::autograd::grad({y}, inputs, {direction}, true, false, true);
    const auto theirs = torch::autograd::grad({expected}, inputs, {direction}, true, false, true);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      INFO("gradient " << i);
      if (!theirs[i].defined()) continue;  // no path in LibTorch's graph: zero
      CHECK(difference(ours[i], theirs[i]) < 1e-10 * size_of(theirs[i]));
    }
  }
}

TEST_CASE("disturbances and skips hold against central differences") {
  for (const auto kind : {Disturbance::Kind::noise, Disturbance::Kind::drop}) {
    RandomStream random(12, "central", kind == Disturbance::Kind::noise ? 0 : 1);
    const Stencil slide = travels[0].over(6, Boundary::open);
    Case c(6,
           {StencilOp{slide, Bias::additive, {}, {}}, FusedActivation::tanh,
            wave::DisturbOp{{kind, 0.3}, 0, 5}, StencilOp{slide, Bias::compounding, {}, {}},
            wave::SkipOp{2}, StencilOp{slide, Bias::additive, {}, std::size_t{0}}, wave::SkipOp{0}},
           random);
    RandomStream draws(3, "draws", 0);
    const ForwardContext context{true, &draws};
    at::Tensor row = normal(random, {5, 6});
    std::vector<at::Tensor> inputs = {row};
    inputs.insert(inputs.end(), c.parameters.begin(), c.parameters.end());
    for (at::Tensor& t : inputs) t.requires_grad_(true);
    const at::Tensor direction = normal(random, {5, 6});
    const auto gradients = torch::autograd::grad({c.run(row, context)}, inputs, {direction});
    at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      double* const x = inputs[i].data_ptr<double>();
      for (std::int64_t k = 0; k < inputs[i].numel(); ++k) {
        const double before = x[k];
        x[k] = before + 1e-6;
        const double above = (c.run(row, context) * direction).sum().item<double>();
        x[k] = before - 1e-6;
        const double below = (c.run(row, context) * direction).sum().item<double>();
        x[k] = before;
        CHECK(gradients[i].data_ptr<double>()[k] ==
              Approx((above - below) / 2e-6).margin(1e-7).epsilon(1e-6));
      }
    }
  }
}

TEST_CASE("a learner's loss and gradients are autograd's, to float32's precision") {
  for (std::uint64_t number = 0; number < 60; ++number) {
    RandomStream random(13, "learner", number);
    const RandomProgram made(random);
    Case c(made.in, made.ops, random);
    if (c.parameters.empty()) continue;
    const std::int64_t batch = 1 + static_cast<std::int64_t>(random.below(140));
    const std::int64_t out = c.program->out();
    const at::Tensor row = normal(random, {batch, made.in}, 0.5);
    std::vector<std::int32_t> labels(static_cast<std::size_t>((batch + tile - 1) / tile * tile));
    for (auto& l : labels)
      l = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(out)));
    at::Tensor targets = at::empty({batch}, at::kLong);
    std::copy_n(labels.begin(), batch, targets.data_ptr<std::int64_t>());
    const at::Tensor values = normal(random, {batch, out});
    RandomStream draws(3, "draws", number);
    const ForwardContext context{true, &draws};
    for (at::Tensor& p : c.parameters) p.requires_grad_(true);
    const bool classes = number % 2 == 0;
    const at::Tensor y = c.run(row, context);
    const at::Tensor loss =
        classes ? at::nll_loss(at::log_softmax(y, 1), targets) : (y - values).square().mean();
    const auto expected = torch::autograd::grad({loss}, c.parameters);

    wave::Learner learner(c.program, classes ? FusedLoss::cross_entropy : FusedLoss::squared_error);
    copy_parameters(c, learner);
    const auto rows = tiled(row), value_tiles = tiled(values);
    const wave::TiledBatch tiles{rows.data(), labels.data(), value_tiles.data(), batch};
    const std::vector<RandomStream> streams = {draws};
    const double sum = learner.gradients(tiles, streams);
    INFO("program " << number << ", batch " << batch);
    CHECK(sum / static_cast<double>(batch) ==
          Approx(loss.item<double>()).epsilon(2e-4).margin(1e-5));
    const float* g = learner.gradient();
    for (const auto& e : expected) {
      const double scale = size_of(e);
      for (std::int64_t i = 0; i < e.numel(); ++i) {
        CHECK(std::abs(static_cast<double>(*g++) - e.data_ptr<double>()[i]) < 3e-4 * scale);
      }
    }
  }
}

TEST_CASE("computing rows again changes no bit, and neither does a second run") {
  for (std::uint64_t number = 0; number < 40; ++number) {
    RandomStream random(14, "again", number);
    const RandomProgram made(random);
    Case c(made.in, made.ops, random);
    const at::Tensor row = normal(random, {100, made.in}, 0.5);
    const std::vector<std::int32_t> labels(128, 0);
    const auto rows = tiled(row);
    const wave::TiledBatch tiles{rows.data(), labels.data(), nullptr, 100};
    const std::vector<RandomStream> streams = {RandomStream(3, "draws", number)};
    std::vector<std::vector<float>> results;
    std::vector<double> losses;
    for (const std::int64_t max_cells : {1 << 20, 1 << 20, 40, 1}) {
      wave::Learner learner(c.program, FusedLoss::cross_entropy, max_cells);
      copy_parameters(c, learner);
      for (int step = 0; step < 3; ++step) {
        losses.push_back(learner.gradients(tiles, streams));
        std::transform(learner.parameters().begin(), learner.parameters().end(), learner.gradient(),
                       learner.parameters().begin(),
                       [](float p, float g) { return p - 0.01f * g; });
      }
      results.emplace_back(learner.parameters().begin(), learner.parameters().end());
    }
    INFO("program " << number);
    for (std::size_t i = 1; i < results.size(); ++i) {
      CHECK(std::ranges::equal(std::as_bytes(std::span(results[i])),
                               std::as_bytes(std::span(results[0]))));
      for (std::size_t k = 0; k < 3; ++k)
        CHECK((losses[3 * i + k] == losses[k] || std::isnan(losses[k])));
    }
  }
}

TEST_CASE("segments need less memory than all rows") {
  std::vector<Op> ops;
  for (int i = 0; i < 400; ++i) {
    ops.emplace_back(StencilOp{travels[0].over(10, Boundary::open), Bias::additive, {}, {}});
    ops.emplace_back(FusedActivation::elu);
  }
  const Program program(10, ops);
  const wave::Schedule all(program, 1 << 20), segmented(program, 200);
  CHECK(all.cells == 4000);
  CHECK(all.segments.size() == 1);
  CHECK(segmented.segments.size() == 20);
  CHECK(segmented.cells <= 400);
}

TEST_CASE("a change of one cell reaches only cells that random local programs carry it to") {
  for (std::uint64_t number = 0; number < 60; ++number) {
    RandomStream random(15, "reach", number);
    const RandomProgram made(random, true);
    const Case c(made.in, made.ops, random);
    const auto cell = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(made.in)));
    const std::vector<bool> reached = reached_from(cell, made.in, made.ops);
    RandomStream draws(3, "draws", number);
    const ForwardContext context{true, &draws};
    const at::Tensor row = normal(random, {1, made.in});
    at::Tensor moved = row.clone();
    moved[0][cell] += 1;
    const at::Tensor change = (c.run(moved, context) - c.run(row, context))[0];
    INFO("program " << number);
    for (std::int64_t j = 0; j < change.numel(); ++j) {
      if (!reached[static_cast<std::size_t>(j)]) CHECK(change[j].item<double>() == 0);
    }
  }
}

TEST_CASE("hard inputs give finite rows, or a loss that says that they are not") {
  const Stencil slide = travels[0].over(8, Boundary::open);
  for (const FusedActivation activation : activations) {
    for (const double level : {1e30, -1e30, 1e-42, 0.0}) {
      RandomStream random(16, "hard", 0);
      Case c(8,
             {StencilOp{slide, Bias::additive, {}, {}}, activation,
              StencilOp{slide, Bias::additive, {}, {}}},
             random);
      wave::Learner learner(c.program, FusedLoss::cross_entropy);
      copy_parameters(c, learner);
      const at::Tensor row = at::full({64, 8}, level, at::kDouble);
      const auto rows = tiled(row);
      const std::vector<std::int32_t> labels(64, 0);
      const double loss = learner.gradients({rows.data(), labels.data(), nullptr, 64}, {});
      bool finite = true;
      for (std::int64_t i = 0; i < c.program->parameter_count(); ++i) {
        finite = finite && std::isfinite(learner.gradient()[i]);
      }
      INFO(wave::name_of(activation) << ' ' << level << " loss " << loss);
      CHECK((finite || !std::isfinite(loss) || std::abs(level) == 1e30));
      if (std::abs(level) < 1) CHECK(finite);
    }
  }
}

TEST_CASE("a NaN in a row becomes a NaN in the loss, whatever the activation") {
  const Stencil slide = travels[0].over(8, Boundary::open);
  for (const FusedActivation activation : activations) {
    RandomStream random(17, "nan", 0);
    Case c(8,
           {StencilOp{slide, Bias::additive, {}, {}}, activation,
            StencilOp{slide, Bias::additive, {}, {}}},
           random);
    wave::Learner learner(c.program, FusedLoss::cross_entropy);
    copy_parameters(c, learner);
    at::Tensor row = at::zeros({64, 8}, at::kDouble);
    row[5][3] = std::numeric_limits<double>::quiet_NaN();
    const auto rows = tiled(row);
    const std::vector<std::int32_t> labels(64, 0);
    INFO(wave::name_of(activation));
    CHECK(std::isnan(learner.gradients({rows.data(), labels.data(), nullptr, 64}, {})));
  }
}
