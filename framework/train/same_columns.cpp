// SPDX-License-Identifier: MIT
#include "train/same_columns.hpp"

#include "core/quoted_names.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/value.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace glia::train {
void require_same_columns(const std::string& id, const Dataset& now, const TableColumns& trained,
                          const std::string& who) {
  const auto* table = dynamic_cast<const Tabular*>(&now);
  if (!table || !trained.header) return;
  const TableColumns columns = table->columns();
  const auto& there = columns.inputs;
  const auto& wanted = trained.inputs;
  if (there == wanted || !columns.header) return;
  const bool turned = std::is_permutation(there.begin(), there.end(), wanted.begin(), wanted.end());
  throw Error(
      ErrorCode::data,
      fmt::format("samples of data set '{}' are made of the columns {}, but {} on {}{}", id,
                  quoted_names(there), who, quoted_names(wanted), turned ? ", in this order" : ""),
      turned ? fmt::format("name them in that order: 'dataset.{}.inputs={}'", id,
                           to_text(Value{wanted}))
             : "give the columns the names that they had");
}

}  // namespace glia::train
