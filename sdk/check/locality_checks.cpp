// SPDX-License-Identifier: MIT
// "A cell talks to its nearest neighbours, nothing else" (docs/science.md), measured.
#include "check/trial.hpp"
#include "plugin/example.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <set>

namespace glia::check {
namespace {

using Cells = std::set<std::int64_t>;

std::string cells_text(const Cells& cells) {
  if (cells.empty()) return "nobody";
  std::string text;
  for (const auto cell : cells) text += (text.empty() ? "" : ", ") + std::to_string(cell);
  return "cells " + text;
}

/// The layer, if it is one that declares its stencil; Skip otherwise.
std::shared_ptr<const StencilLayer> stencil_layer(const Subject& s) {
  std::shared_ptr<Layer> layer =
      s.descriptor->make_wave_layer(plugin::example_values(*s.descriptor));
  if (layer->kind() != Layer::Kind::stencil) throw Skip{"it declares no stencil"};
  return std::static_pointer_cast<const StencilLayer>(layer);
}

/// Whether the layer claims that cells hear neighbours only.
bool claims_locality(const Layer& layer) {
  if (layer.kind() == Layer::Kind::stencil) return static_cast<const StencilLayer&>(layer).local();
  return layer.kind() != Layer::Kind::general || static_cast<const WaveLayer&>(layer).local();
}

/// Whom each cell hears, by the derivatives at several random rows.
std::vector<Cells> heard(const Trial& trial) {
  std::vector<Cells> all(static_cast<std::size_t>(trial.out()));
  for (std::uint64_t message = 0; message < 4; ++message) {
    // Every row with both signs: a cell may answer to calcium of one sign only.
    const at::Tensor row = trial.rows(1, message / 2);
    const at::Tensor x = (message % 2 ? -row : row).set_requires_grad(true);
    const at::Tensor y = trial.forward(x, false);
    if (!y.requires_grad()) continue;
    for (std::int64_t j = 0; j < trial.out(); ++j) {
      const auto g =
          torch::autograd::grad({y[0][j]}, {x}, {}, c10::optional<bool>(true), false, true)[0];
      if (!g.defined()) continue;
      const at::Tensor row = g.contiguous();
      for (std::int64_t k = 0; k < trial.in(); ++k) {
        if (row.data_ptr<double>()[k] != 0) all[static_cast<std::size_t>(j)].insert(k);
      }
    }
  }
  return all;
}

std::vector<Cells> declared(const Stencil& stencil) {
  std::vector<Cells> all(static_cast<std::size_t>(stencil.out));
  for (std::size_t j = 0; j < all.size(); ++j) {
    for (auto t = stencil.first[j]; t < stencil.first[j + 1]; ++t) {
      all[j].insert(stencil.taps[static_cast<std::size_t>(t)]);
    }
  }
  return all;
}

/// Cells from the first to the last one heard, the short way round a ring of `width`.
std::int64_t span(const Cells& cells, std::int64_t width) {
  if (cells.empty()) return 0;
  std::int64_t widest_gap = *cells.begin() + width - *cells.rbegin() - 1;
  for (auto it = cells.begin(); std::next(it) != cells.end(); ++it) {
    widest_gap = std::max(widest_gap, *std::next(it) - *it - 1);
  }
  return width - widest_gap;
}

void well_formed(const Subject& s) {
  const auto layer = stencil_layer(s);
  for (const std::int64_t width : {1, 2, 3, 5, 12, 40}) {
    if (!takes(*s.descriptor, width)) continue;
    const Stencil st = layer->stencil(width);
    const std::string row = "the stencil of a row of " + std::to_string(width) + " cells ";
    expect(st.in == width, row + "says that the row has " + std::to_string(st.in));
    expect(st.out >= 1 && static_cast<std::int64_t>(st.first.size()) == st.out + 1 &&
               st.first.front() == 0 && st.first.back() == st.tap_count(),
           row + "is broken: 'first' must run from 0 to the number of taps, with out + 1 entries");
    const auto fixed = layer->fixed_weights(width);
    expect(fixed.empty() || (static_cast<std::int64_t>(fixed.size()) == st.tap_count() &&
                             layer->bias() == Bias::none),
           row + "has fixed weights that do not fit: one per tap, and no bias");
    for (std::size_t j = 0; j + 1 < st.first.size(); ++j) {
      expect(st.first[j] < st.first[j + 1],
             row + "lets cell " + std::to_string(j) + " hear nobody");
      for (auto t = st.first[j]; t < st.first[j + 1]; ++t) {
        const auto tap = st.taps[static_cast<std::size_t>(t)];
        expect(tap >= 0 && tap < width, row + "lets cell " + std::to_string(j) + " hear cell " +
                                            std::to_string(tap) + ", which does not exist");
        expect(t == st.first[j] || st.taps[static_cast<std::size_t>(t) - 1] < tap,
               row + "names the taps of cell " + std::to_string(j) +
                   " twice or not in ascending order");
      }
    }
  }
}

void pure(const Subject& s) {
  const auto layer = stencil_layer(s);
  const auto width = usual_width(*s.descriptor);
  const Stencil first = layer->stencil(width);
  if (takes(*s.descriptor, width + 3)) layer->stencil(width + 3);
  const Stencil again = layer->stencil(width);
  expect(first.out == again.out && first.taps == again.taps && first.first == again.first,
         "asked twice for the same width, the layer gives two different stencils");
}

void jacobian(const Subject& s) {
  for (const std::int64_t width : {6, 12, 24}) {
    if (!takes(*s.descriptor, width)) continue;
    const Trial trial(*s.descriptor, {.width = width, .dtype = at::kDouble, .seed = s.seed});
    const bool stencil = trial.layer()->kind() == Layer::Kind::stencil;
    if (!stencil && !claims_locality(*trial.layer())) throw Skip{"it says that it is not local"};
    const auto measured = heard(trial);
    if (stencil) {
      const auto wanted = declared(static_cast<const StencilLayer*>(trial.layer())->stencil(width));
      for (std::size_t j = 0; j < wanted.size(); ++j) {
        expect(measured[j] == wanted[j],
               "of a row of " + std::to_string(width) + " cells, cell " + std::to_string(j) +
                   " hears " + cells_text(measured[j]) + ", but declares " + cells_text(wanted[j]));
      }
      continue;
    }
    for (std::size_t j = 0; j < measured.size(); ++j) {
      expect(width < 12 || span(measured[j], width) <= 7,
             "of a row of " + std::to_string(width) + " cells, cell " + std::to_string(j) +
                 " hears " + cells_text(measured[j]) +
                 "\nlocal() says that cells hear neighbours only; a layer that connects distant "
                 "cells on purpose returns false");
    }
  }
}

void reach(const Subject& s) {
  const auto layer = stencil_layer(s);
  if (!layer->local()) throw Skip{"it says that it is not local"};
  std::int64_t narrow = 0;
  for (const std::int64_t width : {20, 60}) {
    if (!takes(*s.descriptor, width)) continue;
    std::int64_t widest = 0;
    for (const auto& cells : declared(layer->stencil(width))) {
      widest = std::max(widest, span(cells, width));
    }
    if (!narrow) narrow = widest;
    expect(widest <= narrow && widest <= 9,
           "in a row of " + std::to_string(width) + " cells, one hears over a stretch of " +
               std::to_string(widest) +
               (widest > narrow ? ", and the wider the row the more" : ""));
  }
}

void unheard(const Subject& s) {
  const auto width = usual_width(*s.descriptor);
  const Trial trial(*s.descriptor, {.width = width, .dtype = at::kDouble, .seed = s.seed});
  Cells lost;
  for (std::int64_t k = 0; k < width; ++k) lost.insert(k);
  for (const auto& cells : heard(trial)) {
    for (const auto cell : cells) lost.erase(cell);
  }
  expect(lost.empty(),
         "of a row of " + std::to_string(width) + " cells, nobody hears " + cells_text(lost));
}

}  // namespace

std::vector<Check> locality_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
      {"locality-stencil",
       "The engine runs over the stencil without looking: it has to be in order.", error, plugin,
       waves, well_formed, true},
      {"locality-pure",
       "The stencil is asked for whenever a network is built: it must not change in between.",
       error, plugin, waves, pure, true},
      {"locality-jacobian",
       "A cell that hears others than it declares is no astrocyte: locality is what the network is "
       "about.",
       error, plugin, waves, jacobian},
      {"locality-reach",
       "Neighbours stay neighbours however wide the row is; far connections are wires, not waves.",
       error, plugin, waves, reach},
      {"locality-unheard",
       "What nobody hears is lost: the published gather dropped its last two cells for years.",
       Severity::warning, plugin, waves, unheard},
  };
}

}  // namespace glia::check
