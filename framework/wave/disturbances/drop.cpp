// SPDX-License-Identifier: MIT
#include "wave/disturbance.hpp"

namespace glia::wave::disturbances::drop {
namespace {

struct Drop {
  template <class T>
  T operator()(T number, T level) const {
    return number < level ? T(0) : T(1) / (T(1) - level);
  }
};

DisturbanceEntry how() {
  DisturbanceEntry entry;
  entry.numbers = DisturbanceEntry::Numbers::uniform;
  entry.scales = true;
  entry.in_testing = false;
  return entry;
}

const Registered<DisturbanceEntry> registered(disturbance<Drop>(
    "drop", "Silences every cell with probability level while training; the others speak up.",
    how()));

}  // namespace
}  // namespace glia::wave::disturbances::drop
