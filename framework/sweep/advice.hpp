// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"

#include <string>
#include <vector>

namespace glia::sweep {

/// What a sweep does that its file may not mean, in sentences: lists that are crossed with samples,
/// a sampler that ends before it learns. [thread-safe]
std::vector<std::string> advice_on(const config::SweepSpec& spec);

}  // namespace glia::sweep
