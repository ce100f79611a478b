// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

namespace glia::cli {

/// The files of sdk/template/ by name, without ".in": "wave_stencil.cpp", "CMakeLists.txt", ...
const std::map<std::string, std::string>& templates();

}  // namespace glia::cli
