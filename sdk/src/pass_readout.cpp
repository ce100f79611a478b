// SPDX-License-Identifier: MIT
#include <glia/sdk/pass_readout.hpp>

namespace glia {

PassReadout::~PassReadout() = default;

}  // namespace glia
