// SPDX-License-Identifier: MIT
#pragma once

#include "core/registry.hpp"

#include <glia/sdk/wave_layer.hpp>

#include <cstddef>
#include <span>

namespace glia::wave {

/// A disturbance as the engine runs it: one file in disturbances/ each. A number is drawn for each
/// cell and sample and becomes a term, which is added to the cell or scales it.
struct DisturbanceEntry : Declared {
  static constexpr const char* kind = "disturbance";

  enum class Numbers { normal, uniform };  ///< standard normals, or numbers in [0, 1)
  Numbers numbers{};
  bool scales = false;     ///< cells are multiplied with the terms; else these are added
  bool in_testing = true;  ///< whether it acts in tests, too

  // The terms of some numbers at a level above 0. [thread-safe]
  void (*floats)(double level, std::span<const float> numbers, float* terms) = nullptr;
  void (*doubles)(double level, std::span<const double> numbers, double* terms) = nullptr;

  void terms(double level, std::span<const float> drawn, float* to) const {
    floats(level, drawn, to);
  }
  void terms(double level, std::span<const double> drawn, double* to) const {
    doubles(level, drawn, to);
  }

  /// Whether it leaves rows as they are.
  bool rests(double level, bool training) const { return level == 0 || !(training || in_testing); }
};

/// The entry that a layer means. Error (configuration) lists what there is.
const DisturbanceEntry& entry_of(const Disturbance& disturbance);

/// An entry out of a function object `Term` with T operator()(T number, T level) for T = float and
/// double.
template <class Term>
DisturbanceEntry disturbance(const char* name, const char* doc, DisturbanceEntry how) {
  how.name = name;
  how.doc = doc;
  how.floats = [](double level, std::span<const float> numbers, float* terms) {
    for (const float number : numbers) *terms++ = Term()(number, static_cast<float>(level));
  };
  how.doubles = [](double level, std::span<const double> numbers, double* terms) {
    for (const double number : numbers) *terms++ = Term()(number, level);
  };
  return how;
}

}  // namespace glia::wave

namespace glia {
template <>
Registry<wave::DisturbanceEntry>& Registry<wave::DisturbanceEntry>::all();
}  // namespace glia
