// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/path.hpp"
#include "wave/network.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/shape.hpp>
#include <glia/sdk/task.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glia::graph {

class CellBudget;

/// One row of a network: what makes it and how its cells lie.
struct Row {
  wave::NetworkStep step;
  std::string plugin;  ///< "gather 1.0.0"; empty for activations
  Shape in;
  Shape out;
};

/// How a network in time goes over its row: the pattern is one pass, over a state that is carried.
struct TimeLayout {
  std::int64_t passes = 1;
  std::int64_t cells = 1;              ///< of the state
  std::int64_t heard = 1;              ///< numbers that a pass hears
  bool moves = false;                  ///< each pass hears a row of its own, else all hear the same
  std::vector<std::int32_t> inject{};  ///< the cell that hears each number
  config::Readout readout = config::Readout::last;
  std::int64_t truncate = 0;        ///< passes that a gradient goes back through; 0: all
  std::vector<std::size_t> ends{};  ///< of each pass: the row after its last; laid out
  std::size_t first = 0;            ///< the first row of the first pass's pattern; laid out
};

/// A network with its pattern unrolled to rows of known shapes.
struct NetworkLayout {
  Shape in;
  Shape out;
  std::vector<Row> rows;
  std::optional<TimeLayout> time{};  ///< of a network in time

  std::vector<wave::NetworkStep> steps() const;
};

/// What travels along every edge.
struct Shapes {
  std::map<std::string, SampleSpec> datasets;
  std::map<std::string, Shape> rows;  ///< that leave encoders, networks and whatever else is read
  std::map<std::string, NetworkLayout> networks;
  std::map<std::string, Path> heads;      ///< of each head alone
  std::map<std::string, Path> trainings;  ///< of heads that are trained together, in their order
  std::map<std::string, TaskSpec> tasks;
  std::map<std::string, Path> policies;  ///< from a task on
};

/// Follows the shapes edge by edge. Error (configuration) lists every edge that does not fit, at
/// its place in the file, with both ends in plain words. Opens no data; the data sets in `known` are
/// not even asked for their samples' form: what was trained on them can be rebuilt without them.
Shapes check_shapes(const config::PipelineSpec& spec,
                    const std::map<std::string, SampleSpec>& known = {});

/// Unrolls a network over a row of such a shape. Error (shape) if a step or an end cannot be
/// reached, or `budget` does not allow so many cells.
NetworkLayout lay_out(const config::NetworkNode& network, const Shape& in, CellBudget& budget);

/// The same of a network in time: from rest through all passes to what is read out. Error (shape)
/// also if a pass does not leave the state as wide as it was, or holds a general layer.
NetworkLayout lay_out(const config::NetworkNode& network, const TimeLayout& time, const Shape& in,
                      CellBudget& budget);

/// The same where the state comes from outside and goes out again: a row of the state's cells, then
/// the numbers that all passes hear -> the state after the last pass. For networks that act step by
/// step in a world that answers.
NetworkLayout lay_out_carried(const config::NetworkNode& network, const TimeLayout& time,
                              CellBudget& budget);

/// The row that a head reads, which has been checked.
Shape row_read_by(const Shapes& shapes, const config::HeadNode& head);

/// "28 × 28", "20".
std::string shape_text(const Shape& shape);

}  // namespace glia::graph
