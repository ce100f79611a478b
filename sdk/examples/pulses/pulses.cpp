// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/random.hpp>

#include <cmath>
#include <string>

namespace {

struct Config {
  std::int64_t samples = 2000;
  std::int64_t cells = 20;
  std::int64_t places = 4;
  double noise = 0.1;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::samples, "samples")
        .at_least(1)
        .unit("samples")
        .doc("Samples of the training split; the test split has a quarter of them."),
    glia::field(&Config::cells, "cells").at_least(2).unit("cells").doc("Width of a sample."),
    glia::field(&Config::places, "places").at_least(2).doc("Where a pulse can be: the classes."),
    glia::field(&Config::noise, "noise").at_least(0).doc("Deviation of the noise on every cell."),
    glia::rule<Config>([](const Config& c) -> const char* {
      return c.places <= c.cells ? nullptr : "there are more places than cells";
    }));

/// A pulse of calcium somewhere in a row of cells; the class is its place. Made on demand: sample i
/// is the same on every machine.
class Pulses final : public glia::Dataset {
 public:
  explicit Pulses(Config config) : config_(config) {}

  glia::SampleSpec spec() const override { return {{config_.cells}, config_.places}; }

  void open() override {}

  std::int64_t size(glia::Split split) const override {
    return split == glia::Split::train ? config_.samples : (config_.samples + 3) / 4;
  }

  void read(glia::Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float>) const override {
    const auto cells = static_cast<std::size_t>(config_.cells);
    for (std::size_t row = 0; row < indices.size(); ++row) {
      if (indices[row] < 0 || indices[row] >= size(split)) {
        throw glia::Error(glia::ErrorCode::internal,
                          "pulses: there is no sample " + std::to_string(indices[row]));
      }
      glia::RandomStream random(0, split == glia::Split::train ? "pulses/train" : "pulses/test",
                                static_cast<std::uint64_t>(indices[row]));
      labels[row] =
          static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(config_.places)));
      const double width = static_cast<double>(cells) / static_cast<double>(config_.places);
      const double centre = (static_cast<double>(labels[row]) + random.uniform()) * width;
      const auto sample = inputs.subspan(row * cells, cells);
      random.normal(sample);
      for (std::size_t cell = 0; cell < cells; ++cell) {
        const double distance = static_cast<double>(cell) + 0.5 - centre;
        sample[cell] = static_cast<float>(config_.noise * double{sample[cell]} +
                                          std::exp(-distance * distance / 2));
      }
    }
  }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::dataset<Pulses>("pulses", schema,
                                           "Synthetic calcium pulses: name the place of each."))
