// SPDX-License-Identifier: MIT
#pragma once

#include "graph/path.hpp"
#include "wave/network.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace glia::train {

/// One program for all networks on a path and the row that its first end hears, if it can hold them:
/// every step is one that the engine knows, and nodes hear one row or sums of rows. Else nullptr. Its
/// flat parameters are those of the networks, in order. `begins`, if not null, gets the op with which
/// each network begins.
std::shared_ptr<const wave::Program> program_of(
    const graph::Path& path, const std::vector<std::shared_ptr<const wave::Network>>& networks,
    std::vector<std::size_t>* begins = nullptr);

}  // namespace glia::train
