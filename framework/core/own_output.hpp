// SPDX-License-Identifier: MIT
// What commands may write over. A file that the user names is replaced, as by any compiler; but
// nothing that the result is made from, nothing that a run or sweep keeps, and under a name that glia
// chose only what glia left there.
#pragma once

#include <glia/sdk/export.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glia {

/// A file that something is made from, and what errors call it: "the file of the samples".
using InputFile = std::pair<std::string, std::string>;

/// Error (usage) if to write `out` would replace one of these files, or a picture in a folder of these,
/// whatever way its path goes, or one that a run or sweep keeps in its folder: its results, plan,
/// settings, checkpoints, figures.
GLIA_API void require_no_input(const std::filesystem::path& out,
                               const std::vector<InputFile>& inputs = {});

/// Error (usage) if `file`, whose name follows from that of `named`, is there, holds something, and
/// does not begin with `start`, as what glia leaves there does.
GLIA_API void require_own(const std::filesystem::path& file, std::string_view start,
                          const std::filesystem::path& named);

/// Makes the folder that the file `out` is to lie in, as -o of a run does, where there is none. Error
/// (io).
GLIA_API void make_folder_of(const std::filesystem::path& out);

/// Writes the file that the user named with -o, and makes the folder that it is to lie in. Error (io).
GLIA_API void write_output(const std::filesystem::path& out, std::string_view bytes);

/// Error (usage) if `file` has another ending than `ending` (".toml").
GLIA_API void require_suffix(const std::filesystem::path& file, const std::string& ending);

}  // namespace glia
