// SPDX-License-Identifier: MIT
#include "compile/compile.hpp"

#include "compile/matrix.hpp"
#include "compile/modes.hpp"
#include "core/diagnostics.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "core/nesting.hpp"
#include "core/process.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

namespace glia::compile {
namespace {

namespace fs = std::filesystem;

const ModeEntry& mode_of(const std::string& name) {
  if (const ModeEntry* mode = Registry<ModeEntry>::all().find(name)) return *mode;
  std::vector<std::string> names;
  for (const ModeEntry* mode : Registry<ModeEntry>::all().entries()) names.push_back(mode->name);
  const std::string hint = did_you_mean(name, names);
  throw Error(ErrorCode::usage, "there is no mode '" + name + "'",
              hint.empty() ? "modes are " + quoted_list(names) : hint);
}

/// A folder that is made, and removed again unless it is kept.
class NewFolder {
 public:
  explicit NewFolder(fs::path path) : path_(std::move(path)) {
    std::error_code reason;
    if (fs::exists(path_, reason) && !(fs::is_directory(path_, reason) && fs::is_empty(path_))) {
      throw Error(ErrorCode::usage, path_.string() + " is there already",
                  "choose a new folder with -o DIR; nothing is overwritten");
    }
    made_ = !fs::exists(path_, reason);
    fs::create_directories(path_, reason);
    if (reason) {
      throw Error(ErrorCode::io, "cannot make " + path_.string() + ": " + reason.message());
    }
  }
  ~NewFolder() {
    std::error_code ignored;
    if (kept_) return;
    for (const auto& entry : fs::directory_iterator(path_, ignored)) {
      fs::remove_all(entry.path(), ignored);
    }
    if (made_) fs::remove(path_, ignored);
  }
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  void keep() { kept_ = true; }

 private:
  fs::path path_;
  bool made_ = false, kept_ = false;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A picture is a convenience: without the program that draws the PNG the rest stands all the same.
fs::path draw(const Matrix& matrix, const CompiledFiles& files, const std::string& title) {
  const std::string svg = picture_of(matrix, title);
  if (svg.empty()) return {};
  const fs::path file = files.folder / "picture.svg";
  write_file(file, svg);
  const auto ended = run_program({"rsvg-convert", "-z", "2", "-o", "picture.png", "picture.svg"},
                                 files.folder, std::chrono::seconds(60));
  if (!ended.found || ended.status != 0) {
    log().warn("no picture.png: {}", ended.found ? ended.output : "rsvg-convert was not found");
  }
  return file;
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += (text.empty() ? "" : "; ") + sentence;
  return text;
}

}  // namespace

Result compile_network(const Request& request, const Catalog& catalog) {
  const auto start = std::chrono::steady_clock::now();
  const ModeEntry& mode = mode_of(request.mode);
  const Source source = read_source(request.networks, request.reading, catalog);
  Compiled compiled{.mode = mode.name, .seed = request.seed, .network = source.network};
  if (source.run) {
    for (const auto& head : source.run->spec.heads) {
      if (head.id == source.run->head) compiled.node = head.reads;
    }
  }
  compiled.pad = padding(source.network);
  Drawn drawn =
      mode.draw(source.network, compiled.pad, {.seed = request.seed, .place = request.place});
  Matrix matrix = make_matrix(source.network, drawn, compiled.pad);
  if (request.strict) make_strict(matrix, request.box);
  compiled.placement = drawn.placement;
  compiled.reach = drawn.reach;
  compiled.strict = matrix.strict;
  compiled.box = matrix.box;
  compiled.ends = matrix.ends;

  Result result;
  NewFolder folder(request.folder);
  const CompiledFiles files{request.folder};
  write_compiled(files, compiled, matrix, source, catalog);
  result.picture = draw(matrix, files, source.from + " as an astrocyte matrix");
  result.seconds_to_compile = seconds_since(start);
  const auto middle = std::chrono::steady_clock::now();
  const Judged judged = prove(files, catalog);
  if (!judged.failures.empty()) {
    throw Error(ErrorCode::numeric, "the proof fails: " + joined(judged.failures),
                "mode 'exchange' is exact for every network");
  }
  write_file(files.proof(), to_json(judged.proof).dump(2) + '\n');
  result.seconds_to_prove = seconds_since(middle);
  result.proof = judged.proof;
  folder.keep();
  return result;
}

std::vector<std::string> verify(const fs::path& folder, const Catalog& catalog) {
  const CompiledFiles files{folder};
  try {
    const auto stated = nlohmann::ordered_json::parse(shallow_json(read_file(files.proof())));
    Judged judged = prove(files, catalog);
    for (std::string& difference : differences(stated, judged.proof)) {
      judged.failures.push_back(std::move(difference));
    }
    return judged.failures;
  } catch (const Error& e) {
    return {e.what()};
  } catch (const nlohmann::json::exception& e) {
    return {files.proof().string() + ": " + e.what()};
  }
}

}  // namespace glia::compile
