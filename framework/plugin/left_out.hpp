// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace glia::plugin {

/// Of a library that could not be loaded with the loader's words `text`: the first name of a library
/// that it, or the one that the words begin with, needs and that the program has left out of LibTorch
/// (cli/start/load_host.cpp); empty if there is none.
std::string left_out_library(const std::filesystem::path& file, const std::string& text);

}  // namespace glia::plugin
