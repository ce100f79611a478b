// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <glia/sdk/elementwise_activation.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/plugin.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace {

enum class Set { am, fm };

struct Config {
  Set set = Set::am;
  double seconds = 5;
  double mean = 0.06;
  double spread = 0.03;
  double dt = 0.02;
};

std::shared_ptr<const glia_calcium::Table> table_of(const Config& config) {
  return glia_calcium::table_of({.frequency_modulated = config.set == Set::fm,
                                 .seconds = config.seconds,
                                 .mean = config.mean,
                                 .spread = config.spread,
                                 .dt = config.dt});
}

/// Why there is no response to be measured, or null: then it is known from now on.
const char* unmeasurable(const Config& config) {
  constexpr double most_steps = 5e4;  // some seconds of measuring
  if (config.seconds / config.dt > most_steps) {
    return "'seconds' has more than 50000 steps of 'dt'; take longer steps, or fewer seconds";
  }
  thread_local std::string why;  // until this thread asks again
  try {
    table_of(config);
    return nullptr;
  } catch (const glia::Error& e) {
    why = e.message() + "; " + e.hint();
    return why.c_str();
  }
}

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::set, "set")
        .choices("AM", "FM")
        .doc("Constants of the cell: amplitude-modulated (graded answers) or frequency-modulated "
             "(spikes, all or none)."),
    glia::field(&Config::seconds, "seconds")
        .range(0.1, 600)
        .unit("s")
        .doc("How long the cell is driven; its answer is the most that it releases meanwhile."),
    glia::field(&Config::mean, "mean")
        .range(0, 10)
        .unit("uM/s")
        .doc("IP3 that an input of 0 makes; what would be less than none is none."),
    glia::field(&Config::spread, "spread")
        .range(1e-6, 10)
        .unit("uM/s")
        .doc("IP3 that an input of 1 makes besides."),
    glia::field(&Config::dt, "dt")
        .range(1e-3, 10)
        .unit("s")
        .doc("Longest step in which the cell is followed when its response is measured."),
    glia::rule<Config>(unmeasurable));

/// The measured response of a calcium cell at rest to a constant drive, as a table of cubics,
/// standardised: inputs of mean 0 and variance 1 give answers of mean 0 and variance 1.
class Calcium final : public glia::ElementwiseActivation<Calcium> {
 public:
  explicit Calcium(const Config& config) : table_(table_of(config)) {
    const auto& c = table_->cubics;
    for (std::size_t k = 0; k < glia_calcium::pieces; ++k) {
      single_.from[k] = static_cast<float>(c.from[k]);
      single_.a[k] = static_cast<float>(c.a[k]);
      single_.b[k] = static_cast<float>(c.b[k]);
      single_.c[k] = static_cast<float>(c.c[k]);
      single_.d[k] = static_cast<float>(c.d[k]);
    }
  }

  template <class T>
  T value(const T& x, const T*) const {
    const T within = clamped(x);
    const Cubic<T> p = piece(within);
    const T t = within - p.from;
    const T y = p.a + t * (p.b + t * (p.c + t * p.d));
    if constexpr (glia::math::Number<T>) {
      return glia::math::select(x == x, y, x);  // a NaN travels on
    } else {
      return y;
    }
  }
  template <class T>
  T derivative(T x, T, const T*) const {
    const T within = clamped(x);
    const Cubic<T> p = piece(within);
    const T t = within - p.from;
    const T slope = p.b + t * (T(2) * p.c + t * (T(3) * p.d));
    return glia::math::select(within == x, slope, glia::math::select(x == x, T(0), x));
  }

 private:
  template <class T>
  struct Cubic {
    T from, a, b, c, d;
  };

  /// Within the table; a NaN becomes its lower end.
  template <class T>
  T clamped(const T& x) const {
    using glia::math::select;
    const T low(table_->cubics.from[0]), high(table_->to);
    const T above = select(low < x, x, low);
    return select(high < above, high, above);
  }

  /// The piece that x lies in. At the edge of a bucket, rounding may find the neighbour, which goes
  /// on there with the same number and slope.
  template <glia::math::Number T>
  Cubic<T> piece(const T& x) const {
    const auto& all = cubics<T>();
    const T low = all.from[0];
    const T scale = T(glia_calcium::buckets) / (T(table_->to) - low);
    const auto bucket = static_cast<std::int32_t>((x - low) * scale);
    const std::int32_t k = table_->piece.data()[bucket];
    return {all.from.data()[k], all.a.data()[k], all.b.data()[k], all.c.data()[k], all.d.data()[k]};
  }

  /// The same written down: one choice after the other.
  static glia::Symbol chosen(const glia::Symbol& x,
                             const std::array<double, glia_calcium::pieces>& of,
                             const std::array<double, glia_calcium::pieces>& from) {
    glia::Symbol here(of[0]);
    for (std::size_t k = 1; k < of.size(); ++k) {
      here = glia::math::select(x < glia::Symbol(from[k]), here, glia::Symbol(of[k]));
    }
    return here;
  }
  Cubic<glia::Symbol> piece(const glia::Symbol& x) const {
    const auto& all = table_->cubics;
    return {chosen(x, all.from, all.from), chosen(x, all.a, all.from), chosen(x, all.b, all.from),
            chosen(x, all.c, all.from), chosen(x, all.d, all.from)};
  }

  template <class T>
  const auto& cubics() const {
    if constexpr (std::same_as<T, float>) {
      return single_;
    } else {
      return table_->cubics;
    }
  }

  std::shared_ptr<const glia_calcium::Table> table_;
  glia_calcium::Cubics<float> single_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::activation<Calcium>("calcium", schema,
                                               "What a cell's calcium makes it release, driven for "
                                               "some seconds; measured from its equations."))
