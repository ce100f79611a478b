// SPDX-License-Identifier: MIT
#include "core/write_trouble.hpp"

#include <cerrno>

namespace glia {

std::string write_remedy(int reason) {
  switch (reason) {
    case EFBIG:
      return "the limit for the size of a file is reached: raise it with ulimit -f, then go on";
    case ENOSPC:
      return "the disk is full: make room, then go on";
    case EDQUOT:
      return "your share of the disk is used up: make room, then go on";
    default:
      return {};
  }
}

}  // namespace glia
