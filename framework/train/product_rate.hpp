// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

namespace glia::train {

/// float32 multiply-adds a second of LibTorch's matrix product on one thread, measured now at the
/// shape of a VAE's layer. Takes some hundredths of a second; leaves LibTorch with one thread.
GLIA_API double product_rate();

}  // namespace glia::train
