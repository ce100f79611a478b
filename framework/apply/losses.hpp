// SPDX-License-Identifier: MIT
#pragma once

#include "core/log.hpp"

#include <glia/sdk/csv.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace glia::apply {

/// Numbers of a text that are others as float32: told once, with the first of them.
class Losses {
 public:
  template <class Place>
  void look(std::string_view field, float number, std::int64_t line, const Place& place,
            char decimal = '.') {
    const std::string loss = csv_loss(field, number, decimal);
    if (loss.empty() || count_++ > 0) return;
    first_ = fmt::format("line {}, {}: {} {}", line, place(), field.substr(0, 40), loss);
  }

  void tell(const std::string& path) const {
    if (count_ == 0) return;
    log().warn("{}: numbers become float32: {}{}", path, first_,
               count_ > 1 ? fmt::format(", and {} more", count_ - 1) : "");
  }

 private:
  std::int64_t count_ = 0;
  std::string first_;
};

}  // namespace glia::apply
