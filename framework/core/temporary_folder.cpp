// SPDX-License-Identifier: MIT
#include "core/temporary_folder.hpp"

#include "core/variable.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

namespace glia {

TemporaryFolder::TemporaryFolder() {
  const std::string named = value_of(variables::temporary);
  const std::string base = named.empty() ? "/tmp" : named;
  std::string name = (std::filesystem::absolute(base) / "glia-XXXXXX").string();
  if (!::mkdtemp(name.data())) {
    throw Error(ErrorCode::io,
                fmt::format("cannot make a temporary folder in {}: {}", base, std::strerror(errno)),
                "set TMPDIR to a folder that you may write in");
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace glia
