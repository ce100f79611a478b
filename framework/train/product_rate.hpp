// SPDX-License-Identifier: MIT
#pragma once

namespace glia::train {

/// float32 multiply-adds a second of LibTorch's matrix product on one thread, measured now at the
/// shape of a VAE's layer. Takes some hundredths of a second; leaves LibTorch with one thread.
double product_rate();

}  // namespace glia::train
