// SPDX-License-Identifier: MIT
#include "through.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/parameters.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/random.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <vector>

namespace {

enum class Set { am, fm };
enum class Signs { free, excitatory };
using glia_calcium_rows::Readout;

struct Config {
  Set set = Set::am;
  std::int64_t rows = 1;
  double seconds = 10;
  double dt = 0.1;
  double mean = 0.06;
  double spread = 0.03;
  double gain = 0.3;
  double coupling = 0;
  Signs signs = Signs::free;
  bool on_off = false;
  double noise = 0;
  Readout readout = Readout::mean;
  double spacing = 50;
  double start = 0.5;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::set, "set")
        .choices("AM", "FM")
        .doc("Constants of the cells: amplitude-modulated (graded answers) or frequency-modulated "
             "(spikes, all or none)."),
    glia::field(&Config::rows, "rows")
        .range(1, 1000)
        .doc("Rows of cells that the wave crosses; the first hears the input."),
    glia::field(&Config::seconds, "seconds")
        .range(0.1, 3600)
        .unit("s")
        .doc("How long the first row is driven and all are followed."),
    glia::field(&Config::dt, "dt")
        .range(1e-3, 10)
        .unit("s")
        .doc("Longest step in which the cells are followed; one that is too long stops the run."),
    glia::field(&Config::mean, "mean")
        .range(0, 10)
        .unit("uM/s")
        .doc("IP3 that an input of 0 makes in the first row; what would be less than none is "
             "none."),
    glia::field(&Config::spread, "spread")
        .range(1e-6, 10)
        .unit("uM/s")
        .doc("IP3 that an input of 1 makes besides, by a weight of 1."),
    glia::field(&Config::gain, "gain")
        .range(1e-6, 10)
        .unit("uM/s")
        .doc("IP3 that full release by a cell makes in a cell of the next row, by a weight of 1."),
    glia::field(&Config::coupling, "coupling")
        .range(0, 10)
        .unit("uM/s")
        .doc("Strength of gap junctions between cells that touch; 0: there are none."),
    glia::field(&Config::signs, "signs")
        .choices("free", "excitatory")
        .doc("Whether weights may be of any sign, or are what they are without it: cells can only "
             "excite their neighbours."),
    glia::field(&Config::on_off, "on_off")
        .doc("Whether the first row has two cells for every number: one hears it where it is "
             "positive, the other where it is negative. Rows are twice as wide then."),
    glia::field(&Config::noise, "noise")
        .range(0, 1)
        .doc("Standard deviation, as a share of full release, of noise on what a row releases to "
             "the next one; one draw for each cell and pass, in training and in testing."),
    glia::field(&Config::readout, "readout")
        .choices("mean", "arrival", "speed")
        .doc("What is read of each cell of the last row: the mean of what it releases; the share "
             "of the time that is left when the wave arrives, its calcium at 0.3 uM; or the speed "
             "of the wave until then, in um/s. 0: it never arrives."),
    glia::field(&Config::spacing, "spacing")
        .range(1e-3, 1e6)
        .unit("um")
        .doc("From row to row; what speeds are measured by."),
    glia::field(&Config::start, "start")
        .range(0, 10)
        .doc("Weights start uniform within so much of a relay, in which every cell hears the one "
             "straight before it with a weight of 1; biases within a fiftieth of it."),
    glia::rule<Config>([](const Config& c) -> const char* {
      return c.seconds / c.dt > 5e4 ? "'seconds' has more than 50000 steps of 'dt'; take longer "
                                      "steps, or fewer seconds"
                                    : nullptr;
    }),
    glia::rule<Config>([](const Config& c) -> const char* {
      return c.noise > 0 && c.rows == 1
                 ? "'noise' is on what a row releases to the next one: it takes two 'rows' or more"
                 : nullptr;
    }));

/// Calcium crosses rows of cells in continuous time. [B, n] -> [B, n], or [B, 2 n] of ON and OFF
/// cells: of each cell of the last row the share of full release, its mean over the time, or when the
/// wave arrives there.
class CalciumRows final : public glia::WaveLayer {
 public:
  explicit CalciumRows(const Config& config) : config_(config) {}

  std::int64_t out_width(std::int64_t in) const override { return in * kinds(); }

  void build(std::int64_t in, glia::ParameterSet& parameters) override {
    auto anatomy = std::make_shared<glia_calcium_rows::Anatomy>();
    anatomy->constants = config_.set == Set::fm ? glia::calcium::frequency_modulated()
                                                : glia::calcium::amplitude_modulated();
    anatomy->rest = glia::calcium::rest(anatomy->constants);
    anatomy->rows = config_.rows;
    anatomy->width = out_width(in);
    const double steps = std::max(std::ceil(config_.seconds / config_.dt * (1 - 1e-12)), 1.0);
    anatomy->steps = static_cast<std::int64_t>(steps);
    anatomy->dt = config_.seconds / steps;
    anatomy->gain = config_.gain;
    anatomy->coupling = config_.coupling;
    anatomy->readout = config_.readout;
    anatomy->spacing = config_.spacing;
    anatomy_ = anatomy;
    input_weight_ =
        parameters.add("input.weight", {in, kinds(), 3}, glia::Init::uniform(config_.start));
    input_bias_ = parameters.add("input.bias", {in, kinds()}, bias_start());
    if (config_.rows == 1) return;
    const std::vector<std::int64_t> later{config_.rows - 1, anatomy_->width};
    weight_ = parameters.add("weight", {later[0], later[1], 3}, glia::Init::uniform(config_.start));
    bias_ = parameters.add("bias", later, bias_start());
  }

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext& context) const override {
    const at::Tensor none = at::empty({0}, row.options());
    const bool alone = config_.rows == 1;
    return glia_calcium_rows::through_tissue(anatomy_, drive(row), alone ? none : straight(weight_),
                                             alone ? none : signed_as_told(bias_),
                                             noise(row, context));
  }

  /// At any moment cells hear those that they touch; after some rows, more have had their say.
  bool local() const override {
    return config_.rows == 1 && config_.coupling == 0 && !config_.on_off;
  }

 private:
  glia::Init bias_start() const { return glia::Init::uniform(config_.start / 50); }

  std::int64_t kinds() const { return config_.on_off ? 2 : 1; }

  at::Tensor signed_as_told(const at::Tensor& weights) const {
    return config_.signs == Signs::excitatory ? weights.abs() : weights;
  }

  /// Weights are what is added to a relay, which hears the cell straight before it with 1.
  at::Tensor straight(const at::Tensor& weights) const {
    const at::Tensor relay = at::zeros({3}, weights.options());
    relay[1].fill_(1);
    return signed_as_told(weights + relay);
  }

  /// u of the first row, [B, n] or [B, n, 2] flattened.
  at::Tensor drive(const at::Tensor& row) const {
    const at::Tensor kinds_of =
        config_.on_off ? at::stack({at::relu(row), at::relu(-row)}, 2) : row.unsqueeze(2);
    const at::Tensor padded = at::constant_pad_nd(kinds_of, {0, 0, 1, 1});
    const at::Tensor weights = straight(input_weight_);
    at::Tensor sum = signed_as_told(input_bias_).unsqueeze(0);
    for (std::int64_t tap = 0; tap < 3; ++tap) {
      sum = sum + weights.select(2, tap) * padded.narrow(1, tap, row.size(1));
    }
    return at::relu(config_.mean + config_.spread * sum).reshape({row.size(0), anatomy_->width});
  }

  at::Tensor noise(const at::Tensor& row, glia::ForwardContext& context) const {
    if (config_.noise == 0 || !context.random) return {};
    const at::Tensor drawn = at::empty({row.size(0), anatomy_->cells()}, at::kFloat);
    context.random->normal(
        std::span(drawn.data_ptr<float>(), static_cast<std::size_t>(drawn.numel())));
    return drawn.mul_(config_.noise).to(row.scalar_type());
  }

  Config config_;
  std::shared_ptr<const glia_calcium_rows::Anatomy> anatomy_;
  at::Tensor input_weight_, input_bias_, weight_, bias_;
};

}  // namespace

GLIA_PLUGIN("1.1.0",
            glia::wave_layer<CalciumRows>("calcium_rows", schema,
                                          "Calcium crosses rows of cells in continuous time; "
                                          "followed by its equations, differentiated by their "
                                          "adjoint."))
