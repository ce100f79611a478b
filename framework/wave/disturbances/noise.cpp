// SPDX-License-Identifier: MIT
#include "wave/disturbance.hpp"

namespace glia::wave::disturbances::noise {
namespace {

struct Noise {
  template <class T>
  T operator()(T number, T level) const {
    return level * number;
  }
};

DisturbanceEntry how() {
  DisturbanceEntry entry;
  entry.numbers = DisturbanceEntry::Numbers::normal;
  return entry;
}

const Registered<DisturbanceEntry> registered(disturbance<Noise>(
    "noise", "Adds N(0, level^2) to every cell, in training and in testing.", how()));

}  // namespace
}  // namespace glia::wave::disturbances::noise
