// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <array>
#include <string>

namespace glia {

/// A variable of the environment that the program reads. All of them stand below: the manual and the
/// readme are checked against this list.
struct Variable {
  const char* name;
  const char* doc;
};

namespace variables {
inline constexpr Variable cache_dir{
    "GLIA_CACHE_DIR", "Folder of what runs share, or off. Default: glia/stages in XDG_CACHE_HOME."};
inline constexpr Variable data_dir{
    "GLIA_DATA_DIR", "Folder with data sets, one folder each. Default: glia in XDG_DATA_HOME."};
inline constexpr Variable data_mirror{"GLIA_DATA_MIRROR",
                                      "URL of a mirror that `glia data get` asks first."};
inline constexpr Variable plugin_path{
    "GLIA_PLUGIN_PATH", "Folders with plugins, separated by colons, before the program's own."};
inline constexpr Variable program{
    "GLIA_PROGRAM",
    "The glia that workers, cluster tasks and trials of plugins start with. "
    "Default: this one."};
inline constexpr Variable scan_seconds{
    "GLIA_SCAN_SECONDS", "Seconds that an unknown plugin file may take to load. Default: 30."};
inline constexpr Variable serve_token{"GLIA_SERVE_TOKEN",
                                      "What the address of `glia serve` ends in, at least 32 "
                                      "letters and digits. Default: by chance."};
inline constexpr Variable home{"HOME",
                               "Where the folders of the two below are, unless they are set."};
inline constexpr Variable cache_home{"XDG_CACHE_HOME",
                                     "The user's cache folder. Default: ~/.cache."};
inline constexpr Variable data_home{"XDG_DATA_HOME",
                                    "The user's data folder. Default: ~/.local/share."};
inline constexpr Variable no_color{"NO_COLOR", "Whatever its value: no colours."};
inline constexpr Variable openblas_core{
    "OPENBLAS_CORETYPE",
    "The processor that OpenBLAS is to work for. Default: the best that this one can run."};
inline constexpr Variable omp_threads{
    "OMP_NUM_THREADS", "Kept in the provenance; a run's threads are those of --threads."};
inline constexpr Variable temporary{"TMPDIR",
                                    "Folder for what is there for a moment. Default: /tmp."};
inline constexpr Variable whole_libtorch{
    "GLIA_WHOLE_LIBTORCH",
    "Set, to whatever value: libraries that LibTorch names but does not use (OpenCV, FFmpeg) are "
    "loaded too, for a plugin that uses them. Twice as long to start."};
inline constexpr Variable allocator{
    "GLIBC_TUNABLES",
    "Set, glibc's allocator is left as it says. Default: it begins with 40 MB in large pages."};
}  // namespace variables

inline constexpr std::array all_variables = {
    variables::cache_dir,   variables::data_dir,  variables::data_mirror,
    variables::plugin_path, variables::program,   variables::scan_seconds,
    variables::serve_token, variables::home,      variables::cache_home,
    variables::data_home,   variables::no_color,  variables::openblas_core,
    variables::omp_threads, variables::temporary, variables::whole_libtorch,
    variables::allocator};

/// Its value, or "" where it is not set.
GLIA_API std::string value_of(const Variable& variable);

/// Whether it is set, to nothing too.
GLIA_API bool is_set(const Variable& variable);

}  // namespace glia
