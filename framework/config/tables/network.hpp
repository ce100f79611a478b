// SPDX-License-Identifier: MIT
#pragma once

#include "config/tables/start.hpp"

#include <glia/sdk/schema.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace glia::config {

/// The host's keys of [network.ID], besides those of its block.
struct NetworkKeys : StartKeys {
  std::string reads;                  ///< `input`: id of an encoder or another network
  bool keep_last_activation = false;  ///< else activations after the last wave are left out
};

/// What a network in time leaves of the states after its passes.
enum class Readout { last, mean, every };

/// Keys of a network in time: its pattern is one pass over a state that is carried on.
struct TimeKeys {
  std::int64_t steps = 1;              ///< passes; not given: as many as the input has rows
  std::int64_t cells = 1;              ///< of the state; not given: as many as a pass hears
  std::vector<std::int64_t> inject{};  ///< cells that hear the input; empty: those in the middle
  Readout readout = Readout::last;
  std::int64_t truncate = 0;  ///< passes that a gradient goes back through; 0: all
};

/// How several inputs become one row, of any node that may have several.
struct JoinKeys {
  std::string join{};  ///< empty: there is one input
};

/// Keys that a pattern of steps has wherever it stands.
struct BlockKeys {
  std::int64_t narrow_to = 1, widen_to = 1, repeat = 1;
  bool skip = false;    ///< add to each pass's row what the same cells were before the pass
  bool shared = false;  ///< all passes use the same weights: a recurrent wave
};

/// Keys that say what a step is.
struct StepKeys {
  std::string wave, activation;
};

inline constexpr auto network_schema = glia::schema<NetworkKeys>(
    glia::field(&NetworkKeys::reads, "input")
        .required()
        .doc("The encoder, task or other network that it reads, or a list of several."),
    glia::field(&NetworkKeys::keep_last_activation, "keep_last_activation")
        .doc("Whether activations after the last wave are kept."),
    start_schema);

inline constexpr auto time_schema = glia::schema<TimeKeys>(
    glia::field(&TimeKeys::steps, "steps")
        .at_least(1)
        .unit("passes")
        .doc("Makes it a network in time: the pattern, with the same weights, so many times over a "
             "state that starts at rest. A sheet is heard row by row, one a pass, and has as many "
             "as there are passes (then this may be left out); any other row is heard in every "
             "pass."),
    glia::field(&TimeKeys::cells, "cells")
        .at_least(1)
        .unit("cells")
        .doc("Width of the state that a network in time carries from pass to pass; left out, as "
             "many as a pass hears."),
    glia::field(&TimeKeys::inject, "inject")
        .at_least(0)
        .doc("The cells of the state, counted from 0, to which a pass adds what it hears: one for "
             "each number, or the first of neighbours. Left out, those in the middle."),
    glia::field(&TimeKeys::readout, "readout")
        .choices("last", "mean", "every")
        .doc("What a network in time leaves: the state after the last pass, the mean over all, or "
             "the states of every pass as a sheet."),
    glia::field(&TimeKeys::truncate, "truncate")
        .at_least(0)
        .unit("passes")
        .doc("Gradients go back through so many passes, counted from the end, and no further; 0: "
             "through all."));

inline constexpr auto join_schema = glia::schema<JoinKeys>(
    glia::field(&JoinKeys::join, "join").doc("How several inputs become one row."));

inline constexpr auto block_schema = glia::schema<BlockKeys>(
    glia::field(&BlockKeys::narrow_to, "narrow_to")
        .at_least(1)
        .unit("cells")
        .doc("Repeat the pattern until so many cells are left."),
    glia::field(&BlockKeys::widen_to, "widen_to")
        .at_least(1)
        .unit("cells")
        .doc("Repeat the pattern until there are so many cells."),
    glia::field(&BlockKeys::repeat, "repeat").at_least(1).doc("Repeat the pattern so many times."),
    glia::field(&BlockKeys::skip, "skip")
        .doc("Whether every pass adds to its last row what the same cells were before the pass."),
    glia::field(&BlockKeys::shared, "shared")
        .doc("Whether all passes use the same weights: a recurrent wave. The pattern must keep the "
             "row's width."));

inline constexpr auto step_schema =
    glia::schema<StepKeys>(glia::field(&StepKeys::wave, "wave")
                               .doc("Name of a wave layer plugin (see: glia plugin list)."),
                           glia::field(&StepKeys::activation, "activation")
                               .doc("Name of an activation plugin (see: glia plugin list)."));

}  // namespace glia::config
