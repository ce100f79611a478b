// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/parameters.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <ATen/ATen.h>

#include <string>

namespace {

enum class Move { slide, gather, spread };

struct Config {
  Move move = Move::slide;
  bool bias = true;
  bool on_off = false;
  double start = 0.2;
  bool share = false;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::move, "move")
        .choices("slide", "gather", "spread")
        .doc("As the wave of that name: n cells to n, to n - 2, or to n + 2."),
    glia::field(&Config::bias, "bias")
        .doc("Whether every cell has a number of its own added, of any sign: its threshold."),
    glia::field(&Config::on_off, "on_off")
        .doc("Whether it hears two cells for every number: one has it where it is positive, the "
             "other, beside it, where it is negative."),
    glia::field(&Config::start, "start")
        .range(0, 1)
        .doc("Weights start uniform within so much of a relay, in which every cell hears the one "
             "straight before it with a weight of 1."),
    glia::field(&Config::share, "share")
        .doc(
            "Whether a cell's weights are divided by their sum: it hears a mean of its neighbours, "
            "and rows grow no larger with depth."));

/// Each cell hears itself and its two neighbours with weights that are never negative: they are what
/// is learned, without its sign. [B,n] -> [B,n], [B,n-2] or [B,n+2]; with ON and OFF cells 2 n for n.
class Excite final : public glia::WaveLayer {
 public:
  explicit Excite(Config config) : config_(config) {}

  std::int64_t out_width(std::int64_t in) const override {
    const std::int64_t out = in * (config_.on_off ? 2 : 1) + 2 * beyond() - 2;
    if (out > 0) return out;
    throw glia::Error(glia::ErrorCode::shape,
                      "a row of " + std::to_string(in) + " cells is too narrow to draw together",
                      "it takes at least 3");
  }

  void build(std::int64_t in, glia::ParameterSet& parameters) override {
    const std::int64_t out = out_width(in);
    weight_ = parameters.add("weight", {out, taps}, glia::Init::uniform(config_.start));
    if (config_.bias) bias_ = parameters.add("bias", {out}, glia::Init::zeros());
  }

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    const at::Tensor relay = at::zeros({taps}, weight_.options());
    relay[1].fill_(1);
    at::Tensor weights = (weight_ + relay).abs();
    if (config_.share) weights = weights / weights.sum(1, true).clamp_min(1e-6);
    const at::Tensor cells =
        config_.on_off ? at::stack({at::relu(row), at::relu(-row)}, 2).flatten(1) : row;
    const at::Tensor heard = at::constant_pad_nd(cells, {beyond(), beyond()});
    at::Tensor sum = config_.bias ? bias_.unsqueeze(0) : at::zeros({1, 1}, row.options());
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      sum = sum + weights.select(1, tap) * heard.narrow(1, tap, weights.size(0));
    }
    return sum;
  }

  bool local() const override { return !config_.on_off; }

 private:
  static constexpr std::int64_t taps = 3;

  /// Cells beyond each end of the row that are there for its last cells to hear, and silent.
  std::int64_t beyond() const {
    return config_.move == Move::slide ? 1 : config_.move == Move::gather ? 0 : 2;
  }

  Config config_;
  at::Tensor weight_, bias_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::wave_layer<Excite>("excite", schema,
                                              "Slide, gather or spread with weights that are never "
                                              "negative."))
