// SPDX-License-Identifier: MIT
#pragma once

#include "config/tables/start.hpp"

#include <glia/sdk/schema.hpp>

#include <cstdint>
#include <string>

namespace glia::config {

/// The host's keys of [network.ID], besides those of its block.
struct NetworkKeys : StartKeys {
  std::string reads;                  ///< `input`: id of an encoder or another network
  bool keep_last_activation = false;  ///< else activations after the last wave are left out
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
        .doc("The encoder or other network that it reads, or a list of several."),
    glia::field(&NetworkKeys::keep_last_activation, "keep_last_activation")
        .doc("Whether activations after the last wave are kept."),
    start_schema);

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
