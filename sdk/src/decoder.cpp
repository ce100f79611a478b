// SPDX-License-Identifier: MIT
#include <glia/sdk/decoder.hpp>

namespace glia {

Decoder::~Decoder() = default;

}  // namespace glia
