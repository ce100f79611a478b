// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <string>

namespace glia {

/// What of this machine the last bits of numbers depend on: the instruction set that the engine's
/// loops run on ("AVX2"). Part of the provenance and of every key in a cache, so that two kinds of
/// machine never mix their results; `product_libraries` says the same of matrix products.
GLIA_API std::string instruction_set();

}  // namespace glia
