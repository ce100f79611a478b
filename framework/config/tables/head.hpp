// SPDX-License-Identifier: MIT
#pragma once

#include "config/tables/start.hpp"

#include <glia/sdk/schema.hpp>

#include <string>
#include <vector>

namespace glia::config {

/// The host's keys of [head.ID].
struct HeadKeys : StartKeys {
  std::string plugin;
  std::string reads;  ///< `input`: id of a network or an encoder
  std::vector<std::string>
      metrics{};             ///< by which it is measured at the end; empty: all that apply
  bool record_rows = false;  ///< signal and gradient of every row, after every epoch
};

inline constexpr auto head_schema = glia::schema<HeadKeys>(
    glia::field(&HeadKeys::plugin, "plugin")
        .required()
        .doc("Name of a head plugin (see: glia plugin list)."),
    glia::field(&HeadKeys::reads, "input")
        .required()
        .doc("The network or encoder that it reads, or a list of several."),
    glia::field(&HeadKeys::metrics, "metrics")
        .doc("By what it is measured when it has been trained, besides accuracy and loss; none "
             "named: by all that apply."),
    glia::field(&HeadKeys::record_rows, "record_rows")
        .doc("Whether to record, after every epoch, the signal that each row of cells carries and "
             "the gradient that comes back to it (rows.csv and a figure)."),
    start_schema);

}  // namespace glia::config
