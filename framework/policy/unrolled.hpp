// SPDX-License-Identifier: MIT
#pragma once

#include "policy/lane_program.hpp"
#include "wave/program.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace glia::policy {

/// `passes` of a program one after the other, each with the states that the one before it left, as
/// one program with the same parameters: what all passes hear, [passes * in], becomes the last rows
/// of all of them, [passes * out].
std::shared_ptr<const wave::Program> unrolled(const wave::Program& program,
                                              const std::vector<Carry>& carries,
                                              std::int64_t passes);

}  // namespace glia::policy
