// SPDX-License-Identifier: MIT
#include "core/write_trouble.hpp"

#include <fmt/format.h>

#include <cerrno>

namespace glia {

std::string write_remedy(int reason) {
  switch (reason) {
    case EFBIG:
      return "the limit for the size of a file is reached: raise it with ulimit -f, then go on, or "
             "start again where nothing is left";
    case ENOSPC:
      return "the disk is full: make room, then go on, or start again where nothing is left";
    case EDQUOT:
      return "your share of the disk is used up: make room, then go on, or start again where "
             "nothing is left";
    case EEXIST:  // of a folder: what is one is no trouble
      return "a file, or a link that leads nowhere, has that name: choose another";
    case ENAMETOOLONG:
      return "choose a shorter name";
    default:
      return {};
  }
}

void refuse_folder(ErrorCode code, const std::filesystem::path& folder,
                   const std::error_code& reason, const std::string& otherwise) {
  const std::string remedy = write_remedy(reason.value());
  throw Error(code, fmt::format("cannot make the folder {}: {}", folder.string(), reason.message()),
              remedy.empty() ? otherwise : remedy);
}

}  // namespace glia
