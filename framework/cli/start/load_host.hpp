// SPDX-License-Identifier: MIT
#pragma once

namespace glia::cli {

/// Loads libglia_host and with it LibTorch, as if they were linked: plugins find both there. Its
/// handle, or null, and dlerror() says why. [once, at the start of the program]
void* load_host();

}  // namespace glia::cli
