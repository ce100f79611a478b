// SPDX-License-Identifier: MIT
#pragma once

#include "core/catalog.hpp"

#include <string>

namespace glia::config {

/// JSON Schema (Draft 4, the part that TOML editors understand) of pipeline files, made from the
/// program's own keys and the parameters of these plugins, with docs, defaults, ranges and units.
/// What a schema cannot say is left to `load_pipeline`: inputs that name a node, widths that fit,
/// rules over several parameters, and which waves `defaults` is for.
std::string editor_schema(const Catalog& catalog);

}  // namespace glia::config
