// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/schema.hpp>

#include <string>
#include <vector>

namespace glia::config {

/// How the parameters of a network or a head start, and which of them stay as they start.
struct StartKeys {
  std::string weights;  ///< file with its parameters; empty: they start as its layers say
  bool freeze = false;  ///< nothing of it is trained
  std::vector<std::string> freeze_parts{};  ///< names of parameters, with * and ?, or "copies"
};

inline constexpr auto start_schema = glia::schema<StartKeys>(
    glia::field(&StartKeys::weights, "weights")
        .doc("A safetensors file that its parameters start from: as glia compile writes it, or a "
             "run's checkpoints/HEAD.safetensors. Seen from the pipeline file's folder, or else "
             "from the folder in which glia runs."),
    glia::field(&StartKeys::freeze, "freeze")
        .doc("Whether all its parameters stay as they start; nothing of it is trained then."),
    glia::field(&StartKeys::freeze_parts, "freeze_parts")
        .doc("Parameters that stay as they start, by name ('0.slide.weight'; * and ? stand for "
             "any letters and any letter); 'copies' stands for all that the file of weights does "
             "not mark as trainable: of a compiled network all but its crossings."),
    glia::rule<StartKeys>([](const StartKeys& keys) -> const char* {
      return keys.freeze && !keys.freeze_parts.empty()
                 ? "freeze = true leaves nothing for 'freeze_parts' to say: give one of the two"
                 : nullptr;
    }));

}  // namespace glia::config
