// SPDX-License-Identifier: MIT
#include <glia/sdk/table_columns.hpp>

namespace glia {

Tabular::~Tabular() = default;

}  // namespace glia
