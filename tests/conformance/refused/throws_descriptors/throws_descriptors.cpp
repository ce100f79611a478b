// SPDX-License-Identifier: MIT
#include "../bad.hpp"

#include <stdexcept>

namespace {
glia::Descriptor refuse() { throw std::runtime_error("no licence found"); }
}  // namespace

GLIA_PLUGIN("1.0.0", refuse())
