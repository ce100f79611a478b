// SPDX-License-Identifier: MIT
#pragma once

#include "wave/kernels.hpp"

#include <glia/sdk/stencil.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace glia::wave {

/// A stencil as passes read it, from both ends: who hears whom, and who is heard by whom.
/// [immutable after construction]
struct Wiring {
  explicit Wiring(const Stencil& stencil);

  Taps forward() const { return {out, first.data(), taps.data()}; }
  Taps backward() const { return {in, back_first.data(), back_cells.data()}; }
  std::int64_t tap_count() const { return static_cast<std::int64_t>(taps.size()); }

  std::int64_t in, out;
  std::vector<std::int32_t> first, taps;  ///< as the stencil's
  /// Who hears cell k, and by which tap.
  std::vector<std::int32_t> back_first, back_cells, back_taps;
  std::vector<std::int32_t> back_places;  ///< of each tap among them
  /// How far cells reach, by number of a cell, the one past the last included: one past all that cells
  /// before it hear, and the first that it or a later one hears; and the same of who hears.
  std::vector<std::int32_t> heard_to, heard_from, hears_to, hears_from;
  bool threes;  ///< every cell hears three, as in most networks
};

/// One wiring for all steps of a program with the same stencil: tables of a thousand like rows would
/// push the rows themselves out of the caches.
class Wirings {
 public:
  std::shared_ptr<const Wiring> of(const Stencil& stencil);

 private:
  std::map<std::vector<std::int32_t>, std::shared_ptr<const Wiring>> made_;
};

}  // namespace glia::wave
