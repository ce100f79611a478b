// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace glia::check {

/// Names of the functions and data that a shared library defines for everybody, weak ones left out
/// (those are C++ templates of others). By hand, since Boost's reader does not tell weak from
/// strong. The file was found complete before.
std::vector<std::string> strong_exports(const std::filesystem::path& file);

}  // namespace glia::check
