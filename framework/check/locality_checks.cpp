// SPDX-License-Identifier: MIT
// "A cell talks to its nearest neighbours, nothing else" (docs/science.md), measured.
#include "check/trial.hpp"
#include "plugin/example.hpp"

#include <glia/sdk/error.hpp>

#include <torch/csrc/autograd/autograd.h>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
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

/// Places from the first to the last one of `line`, the short way round if its ends meet.
std::int64_t stretch(const Cells& line, std::int64_t extent, bool wrap) {
  if (line.empty()) return 0;
  if (!wrap) return *line.rbegin() - *line.begin() + 1;
  std::int64_t widest_gap = *line.begin() + extent - *line.rbegin() - 1;
  for (auto it = line.begin(); std::next(it) != line.end(); ++it) {
    widest_gap = std::max(widest_gap, *std::next(it) - *it - 1);
  }
  return extent - widest_gap;
}

/// The longest stretch over which the cells lie, along the row or along either side of a sheet.
std::int64_t span(const Cells& cells, const Shape& shape, Topology topology) {
  const bool wrap = wraps(topology);
  switch (topology) {
    case Topology::chain:
    case Topology::ring:
      return stretch(cells, shape.cells(), wrap);
    case Topology::grid4:
    case Topology::grid8:
    case Topology::torus4:
    case Topology::torus8:
      break;
  }
  Cells rows, columns;
  for (const auto cell : cells) {
    rows.insert(cell / shape.width);
    columns.insert(cell % shape.width);
  }
  return std::max(stretch(rows, shape.height, wrap), stretch(columns, shape.width, wrap));
}

/// The layer's stencil for such a row, unchecked; nothing if it does not take the row.
std::optional<Stencil> stencil_of(const StencilLayer& layer, std::int64_t width) {
  try {
    return layer.stencil(width);
  } catch (const Error& e) {
    if (e.code() != ErrorCode::shape) throw;
    return std::nullopt;
  }
}

void check_stencil(const StencilLayer& layer, const Stencil& stencil, std::int64_t width) {
  try {
    stencil.check(width);
    const auto fixed = layer.fixed_weights(width);
    if (!fixed.empty()) stencil.check_weights(fixed);
    expect(fixed.empty() || layer.bias() == Bias::none, "fixed weights go with the bias 'none'");
    const Shape in = layer.in_shape(width), out = layer.out_shape(width);
    expect(in.cells() == width && out.cells() == stencil.out,
           "in_shape and out_shape have other numbers of cells than the rows");
  } catch (const Error& e) {
    throw Failure{fmt::format("asked for a row of {} cells: {}{}", width, e.message(),
                              e.hint().empty() ? "" : '\n' + e.hint())};
  }
}

void well_formed(const Subject& s) {
  const auto layer = stencil_layer(s);
  bool looked = false;
  const auto look = [&](std::int64_t width) {
    const auto stencil = stencil_of(*layer, width);
    if (!stencil) return;
    looked = true;
    check_stencil(*layer, *stencil, width);
  };
  for (const std::int64_t width : {1, 2, 3, 5, 12, 40}) look(width);
  if (looked) return;
  for (const std::int64_t width : candidate_widths()) look(width);
  if (!looked) widths_near(*s.descriptor, {12});  // says that there is none
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
  for (const std::int64_t width : widths_near(*s.descriptor, {6, 12, 24})) {
    const Trial trial(*s.descriptor, {.width = width, .dtype = at::kDouble, .seed = s.seed});
    const bool stencil = trial.layer()->kind() == Layer::Kind::stencil;
    if (!stencil && !claims_locality(*trial.layer())) throw Skip{"it says that it is not local"};
    const auto measured = heard(trial);
    if (stencil) {
      const auto wanted = declared(static_cast<const StencilLayer*>(trial.layer())->stencil(width));
      for (std::size_t j = 0; j < wanted.size(); ++j) {
        expect(measured[j] == wanted[j],
               fmt::format("of a row of {} cells, cell {} hears {}, but declares {}", width, j,
                           cells_text(measured[j]), cells_text(wanted[j])));
      }
      continue;
    }
    for (std::size_t j = 0; j < measured.size(); ++j) {
      expect(width < 12 || stretch(measured[j], width, true) <= 7,
             fmt::format(
                 "of a row of {} cells, cell {} hears {}\nlocal() says that cells hear neighbours "
                 "only; a layer that connects distant cells on purpose returns false",
                 width, j, cells_text(measured[j])));
    }
  }
}

void reach(const Subject& s) {
  const auto layer = stencil_layer(s);
  if (!layer->local()) throw Skip{"it says that it is not local"};
  std::int64_t narrow = 0;
  for (const std::int64_t width : widths_near(*s.descriptor, {20, 60})) {
    const Shape shape = layer->in_shape(width);
    std::int64_t widest = 0;
    for (const auto& cells : declared(layer->stencil(width))) {
      widest = std::max(widest, span(cells, shape, layer->topology()));
    }
    if (!narrow) narrow = widest;
    expect(
        widest <= narrow && widest <= 9,
        fmt::format(
            "in a row of {} cells{}, one hears over a stretch of {}{}", width,
            shape.is_sheet() ? fmt::format(", a sheet of {} x {}", shape.height, shape.width) : "",
            widest, widest > narrow ? ", and the wider the row the more" : ""));
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
         fmt::format("of a row of {} cells, nobody hears {}", width, cells_text(lost)));
}

}  // namespace

std::vector<Check> stencil_checks() {
  // First of all that look at layers: whoever builds a network relies on it.
  return {{"locality-stencil",
           "The engine runs over the stencil without looking: it has to be in order.",
           Severity::error, Scope::plugin, waves, well_formed, true}};
}

std::vector<Check> locality_checks() {
  const auto error = Severity::error;
  const auto plugin = Scope::plugin;
  return {
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
