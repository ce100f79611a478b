// SPDX-License-Identifier: MIT
#include "core/own_output.hpp"

#include "core/files.hpp"
#include "core/results_folder.hpp"
#include "core/write_trouble.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>

namespace glia {
namespace fs = std::filesystem;
namespace {

/// Of a run or sweep; files and folders in its folder.
constexpr std::array kept{"plan.json",    "run.json",        "sweep.json",    "resolved.toml",
                          "results.json", "results.csv",     "epochs.csv",    "log.txt",
                          "sweep.sqlite", "provenance.json", "pipeline.toml", "checkpoints",
                          "failures",     "trials",          "figures"};

/// The run or sweep of which `file` is a part, or "".
std::string keeper_of(const fs::path& file) {
  std::error_code ignored;
  const fs::path whole = fs::weakly_canonical(file, ignored);
  fs::path part = whole.filename();
  for (fs::path folder = whole.parent_path();; folder = folder.parent_path()) {
    const bool keeps = std::find(kept.begin(), kept.end(), *part.begin()) != kept.end();
    if (keeps && results_folder(folder)) return folder.string();
    if (!folder.has_relative_path()) return {};
    part = folder.filename() / part;
  }
}

/// Whether `out` is `input`, or a picture in it if that is a folder: of folders pictures are read, and
/// answers may lie beside them.
bool is_part_of(const fs::path& out, const fs::path& input) {
  std::error_code ignored;
  if (!fs::exists(input, ignored)) return false;
  if (fs::equivalent(out, input, ignored)) return true;
  if (!fs::is_directory(input, ignored) || out.extension() != ".png") return false;
  for (fs::path folder = fs::weakly_canonical(out, ignored).parent_path();;
       folder = folder.parent_path()) {
    if (fs::equivalent(folder, input, ignored)) return true;
    if (!folder.has_relative_path()) return false;
  }
}

}  // namespace

void require_no_input(const fs::path& out, const std::vector<InputFile>& inputs) {
  std::error_code ignored;
  if (!fs::exists(out, ignored)) return;
  const auto refuse = [&](const std::string& what) {
    throw Error(ErrorCode::usage, fmt::format("{} is {}", out.string(), what),
                "give -o another file: nothing was written");
  };
  for (const auto& [file, what] : inputs) {
    if (is_part_of(out, file)) refuse(what);
  }
  const std::string keeper = keeper_of(out);
  if (!keeper.empty()) refuse("what " + keeper + " keeps");
}

void require_own(const fs::path& file, std::string_view start, const fs::path& named) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return;
  std::string found(start.size(), '\0');
  std::ifstream stream;
  if (fs::is_regular_file(file, ignored)) stream.open(file, std::ios::binary);
  stream.read(found.data(), static_cast<std::streamsize>(found.size()));
  found.resize(static_cast<std::size_t>(stream.gcount()));
  if (stream.is_open() && (found.empty() || found == start)) return;
  throw Error(ErrorCode::usage,
              fmt::format("{} is there and is not what glia leaves there: what goes with {} would "
                          "take its place",
                          file.string(), named.string()),
              "choose another name with -o, or move that file away");
}

void make_folder_of(const fs::path& out) {
  const fs::path folder = out.parent_path();
  if (folder.empty()) return;
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return;
  refuse_folder(ErrorCode::io, folder, error, "give -o a file in another folder");
}

void write_output(const fs::path& out, std::string_view bytes) {
  make_folder_of(out);
  write_file(out, bytes);
}

void require_suffix(const fs::path& file, const std::string& ending) {
  if (file.extension() == ending) return;
  throw Error(ErrorCode::usage, fmt::format("{} does not end in {}", file.string(), ending),
              fmt::format("choose a name that does: -o FILE{}", ending));
}

}  // namespace glia
