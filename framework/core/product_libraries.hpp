// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <map>
#include <string>

namespace glia {

/// The libraries of matrix products in this process, and what they do with this processor, which
/// the last bits of their results depend on: "OpenBLAS" -> "0.3.21, core SkylakeX", "oneDNN" ->
/// "2.6.3, AVX-512 (isa 0xe7)", "MKL" -> "2024.2". One that is not loaded is not there.
GLIA_API std::map<std::string, std::string> product_libraries();

}  // namespace glia
