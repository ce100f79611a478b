// SPDX-License-Identifier: MIT
// Unrolls a network's pattern: repeats it until the row has the width that the file asks for.
#include "core/at_work.hpp"
#include "core/thrown.hpp"
#include "graph/shapes.hpp"
#include "graph/size_limits.hpp"
#include "wave/disturbance.hpp"

#include <glia/sdk/activation.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <numeric>
#include <optional>
#include <utility>

namespace glia::graph {
namespace {

using config::Block;
using config::Step;

/// A network deeper than this is a mistake in the file, not a network.
constexpr std::size_t max_rows = 100000;

std::string cells(std::int64_t n) { return std::to_string(n) + (n == 1 ? " cell" : " cells"); }

/// What an encoder has to give for a row to be narrowed to so many cells, where it can.
std::string more_than(std::int64_t goal) {
  if (goal > most_cells - 2) return "more features";
  return fmt::format("more features (at least {} with gather)", goal + 2);
}

/// The ends of a long list of widths.
std::string shortened(const std::string& path) {
  constexpr std::size_t most = 400, end = 150;
  if (path.size() <= most) return path;
  const auto first = path.rfind(',', end), last = path.find(' ', path.size() - end);
  return fmt::format("{}, ..., {}", path.substr(0, first), path.substr(last + 1));
}

class Unroller {
 public:
  Unroller(const Shape& in, CellBudget& budget) : shape_(in), width_(in.cells()), budget_(budget) {
    layout_.in = in;
  }

  void block(const Block& block) {
    if (block.shared) shared_.push_back({layout_.rows.size(), false});
    unroll(block);
    if (block.shared) shared_.pop_back();
  }

  /// From rest, or from a state that begins the row, through all passes to what is read out.
  void in_time(const config::NetworkNode& network, TimeLayout time, bool carried) {
    time_ = true;
    const Shape state = Shape::chain(time.cells);
    add("rest", wave::RestOp{time.cells}, state);
    if (carried) {
      std::vector<std::int32_t> all(static_cast<std::size_t>(time.cells));
      std::iota(all.begin(), all.end(), 0);
      add("state", wave::InjectOp{0, 0, std::move(all)}, state);
    }
    shared_.push_back({0, false});
    for (std::int64_t t = 0; t < time.passes; ++t) {
      const bool cut = time.truncate > 0 && t > 0 && (time.passes - t) % time.truncate == 0;
      if (cut && !carried) add("cut", wave::CutOp{}, state);
      add("inject",
          wave::InjectOp{0,
                         carried      ? time.cells
                         : time.moves ? t * time.heard
                                      : 0,
                         time.inject},
          state);
      const std::size_t first = layout_.rows.size();
      if (t == 0) shared_.back().first = time.first = first;
      block(network.block);
      require_kept(state);
      share(first);
      time.ends.push_back(layout_.rows.size());
    }
    shared_.pop_back();
    if (!carried) read_out(time);
    layout_.time = std::move(time);
  }

  NetworkLayout finish(bool keep_last_activation) {
    auto& rows = layout_.rows;
    while (!time_ && !keep_last_activation && !rows.empty() && rows.back().step.is_activation()) {
      rows.pop_back();
    }
    layout_.out = shape_;
    return std::move(layout_);
  }

 private:
  void unroll(const Block& block) {
    if (block.narrow_to) return until(block, *block.narrow_to, "narrow_to");
    if (block.widen_to) return until(block, *block.widen_to, "widen_to");
    for (std::int64_t i = 0; i < block.repeat.value_or(1); ++i) pass(block);
  }

  void until(const Block& block, std::int64_t goal, const std::string& key) {
    const bool narrowing = key == "narrow_to";
    if (narrowing ? width_ < goal : width_ > goal) {
      throw Error(ErrorCode::shape,
                  fmt::format("{} = {}, but the row has {}{}", key, goal,
                              narrowing ? "only " : "already ", cells(width_)),
                  narrowing
                      ? fmt::format("give the encoder {}, or narrow to fewer", more_than(goal))
                      : "widen to more cells");
    }
    if (width_ == goal) {
      throw Error(
          ErrorCode::shape,
          fmt::format("{} = {}, but the row has {} from the start, so the pattern would never run",
                      key, goal, cells(width_)),
          narrowing ? "give the encoder " + more_than(goal) : "");
    }
    std::string path = std::to_string(width_);
    std::int64_t last = width_;  // before the goal
    while (narrowing ? width_ > goal : width_ < goal) {
      const std::int64_t before = width_;
      last = before;
      pass(block);
      path += ", " + std::to_string(width_);
      if (narrowing ? width_ >= before : width_ <= before) {
        throw Error(
            ErrorCode::shape,
            fmt::format("{} = {} is never reached: one pass of the pattern turns {} into {}", key,
                        goal, cells(before), width_),
            std::string("the pattern needs a wave that ") +
                (narrowing ? "narrows, such as gather" : "widens, such as spread"));
      }
    }
    if (width_ != goal) {
      throw Error(
          ErrorCode::shape,
          fmt::format("{} = {} is stepped over: the pattern goes {} cells", key, goal,
                      shortened(path)),
          fmt::format("{} = {} or {} can be reached, and {} where the row begins with {} {}", key,
                      last, width_, goal, cells(std::abs(goal - width_)),
                      narrowing ? "more" : "fewer"));
    }
  }

  /// The pattern once, with what a block does to every pass of it.
  void pass(const Block& block) {
    const std::size_t first = layout_.rows.size();
    const Shape in = shape_;
    pattern(block);
    if (block.skip) {
      budget_.spend(width_);
      layout_.rows.push_back({{.name = "skip", .skip_from = first}, "", shape_, shape_});
    }
    if (!block.shared) return;
    if (width_ != in.cells()) {
      throw Error(ErrorCode::shape,
                  fmt::format("shared = true needs a pattern that keeps the row's width, but one "
                              "pass turns {} into {}",
                              cells(in.cells()), width_),
                  "use waves such as slide, or leave out 'shared'");
    }
    share(first);
  }

  /// The rows from `first` on use the weights of the first pass of the block, unless they are it.
  void share(std::size_t first) {
    Shared& shared = shared_.back();
    for (std::size_t i = first; shared.passed && i < layout_.rows.size(); ++i) {
      auto& step = layout_.rows[i].step;
      if (!step.layer && !step.activation.trained()) continue;
      const std::size_t owner = shared.first + (i - first);
      step.shares = layout_.rows[owner].step.shares.value_or(owner);
      step.layer = layout_.rows[owner].step.layer;
      step.activation = layout_.rows[owner].step.activation;
    }
    shared.passed = true;
  }

  /// A step in time.
  void add(const char* name, wave::TimeOp op, const Shape& out) {
    budget_.spend(out.cells());
    layout_.rows.push_back({{.name = name, .time = std::move(op)}, "", shape_, out});
    shape_ = out;
    width_ = out.cells();
  }

  void require_kept(const Shape& state) const {
    if (shape_ == state) return;
    const bool wide = width_ != state.cells();
    throw Error(ErrorCode::shape,
                fmt::format("one pass in time turns the state of {} into {}", cells(state.cells()),
                            wide ? cells(width_) : "a sheet of " + shape_text(shape_)),
                wide ? "the pattern must keep the width: use waves such as slide, or as many that "
                       "narrow as that widen"
                     : "the pattern must leave the state a chain of cells");
  }

  void read_out(const TimeLayout& time) {
    if (time.readout == config::Readout::last) return;
    const bool mean = time.readout == config::Readout::mean;
    add(mean ? "mean" : "every", wave::CollectOp{time.ends, mean},
        mean ? shape_ : Shape{time.passes, time.cells});
  }

  void pattern(const Block& block) {
    for (const Step& step : block.pattern) {
      switch (step.kind) {
        case Step::Kind::block:
          this->block(step.block);
          break;
        case Step::Kind::activation:
          activation(step);
          break;
        case Step::Kind::wave:
          wave(step);
          break;
      }
      if (layout_.rows.size() > max_rows) {
        throw Error(ErrorCode::shape, fmt::format("the network has more than {} rows", max_rows));
      }
    }
  }

  void activation(const Step& step) {
    const auto& descriptor = *step.activation.plugin->descriptor;
    std::shared_ptr<const Activation> phi = descriptor.make_activation(step.activation.values);
    budget_.spend(width_);
    layout_.rows.push_back(
        {{.name = descriptor.id, .activation = wave::ActivationOp(std::move(phi))},
         "",
         shape_,
         shape_});
  }

  std::string place_of(const config::PluginUse& use) const {
    return fmt::format("wave '{}' ({}) on a {}", use.plugin->descriptor->id, use.source.text(),
                       shape_.is_sheet() ? fmt::format("sheet of {} cells", shape_text(shape_))
                                         : "row of " + cells(width_));
  }

  void wave(const Step& step) {
    const CatalogEntry& plugin = *step.wave.plugin;
    const AtWork at_work(plugin);
    std::shared_ptr<Layer> layer = plugin.descriptor->make_wave_layer(step.wave.values);
    std::int64_t out = 0;
    Shape shape;
    try {
      layer->hear(shape_);
      out = layer->out_width(width_);
      shape = shape_after(*layer, out);
    } catch (...) {
      throw thrown(std::current_exception()).within(place_of(step.wave));
    }
    if (time_ && layer->kind() == Layer::Kind::general) {
      throw Error(ErrorCode::shape,
                  fmt::format("wave '{}' ({}) is a general layer, and those cannot be passed "
                              "through in time",
                              plugin.descriptor->id, step.wave.source.text()),
                  "use stencil layers, activations and disturbances, or leave out 'steps' and "
                  "'cells'");
    }
    budget_.spend(std::max<std::int64_t>(out, 1));
    if (layer->kind() == Layer::Kind::stencil &&
        !static_cast<const StencilLayer&>(*layer).local()) {
      budget_.spend_dense(width_, std::max<std::int64_t>(out, 1));
    }
    if (out < 1) {
      throw Error(ErrorCode::shape, fmt::format("wave '{}' makes a row of {} cells out of {}",
                                                plugin.descriptor->id, out, cells(width_)));
    }
    layout_.rows.push_back({{.name = plugin.descriptor->id, .layer = std::move(layer)},
                            plugin.descriptor->id + ' ' + plugin.version,
                            shape_,
                            shape});
    shape_ = shape;
    width_ = out;
  }

  /// How the cells lie that a layer leaves: as it says of a stencil, as they did after a
  /// disturbance, side by side otherwise.
  Shape shape_after(const Layer& layer, std::int64_t out) const {
    Shape shape = Shape::chain(out);
    switch (layer.kind()) {
      case Layer::Kind::stencil:
        shape = static_cast<const StencilLayer&>(layer).out_shape(width_);
        break;
      case Layer::Kind::disturbance:
        wave::entry_of(static_cast<const DisturbanceLayer&>(layer).disturbance());  // there is one
        shape = shape_;
        break;
      case Layer::Kind::general:
        break;
    }
    if (shape.cells() == out && shape.height > 0 && shape.width > 0) return shape;
    throw Error(ErrorCode::internal,
                fmt::format("it says that it leaves a sheet of {} cells, but its row has {}",
                            shape_text(shape), out),
                "this is for the author of the plugin to mend: out_shape() and the stencil");
  }

  /// A block whose passes use the same weights.
  struct Shared {
    std::size_t first;  ///< row of its first pass
    bool passed;        ///< whether its first pass is laid out
  };

  Shape shape_;
  std::int64_t width_;  // its cells
  CellBudget& budget_;
  NetworkLayout layout_;
  std::vector<Shared> shared_;
  bool time_ = false;  // a network in time
};

}  // namespace

NetworkLayout lay_out(const config::NetworkNode& network, const Shape& in, CellBudget& budget) {
  budget.spend(1);  // nothing more is laid out once it is spent
  Unroller unroller(in, budget);
  unroller.block(network.block);
  return unroller.finish(network.keep_last_activation);
}

NetworkLayout lay_out(const config::NetworkNode& network, const TimeLayout& time, const Shape& in,
                      CellBudget& budget) {
  budget.spend(1);
  Unroller unroller(in, budget);
  unroller.in_time(network, time, false);
  return unroller.finish(true);
}

NetworkLayout lay_out_carried(const config::NetworkNode& network, const TimeLayout& time,
                              CellBudget& budget) {
  budget.spend(1);
  Unroller unroller(Shape::chain(time.cells + time.heard), budget);
  unroller.in_time(network, time, true);
  return unroller.finish(true);
}

std::vector<wave::NetworkStep> NetworkLayout::steps() const {
  std::vector<wave::NetworkStep> all;
  for (const Row& row : rows) all.push_back(row.step);
  return all;
}

}  // namespace glia::graph
