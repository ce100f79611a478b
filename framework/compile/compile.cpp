// SPDX-License-Identifier: MIT
#include "compile/compile.hpp"

#include "compile/construct.hpp"
#include "compile/matrix.hpp"
#include "compile/modes.hpp"
#include "compile/new_folder.hpp"
#include "compile/picture.hpp"
#include "core/diagnostics.hpp"
#include "core/files.hpp"
#include "core/json_text.hpp"
#include "core/json_trouble.hpp"
#include "core/sealed_json.hpp"
#include "core/text_file.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
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
  throw Error(ErrorCode::usage, fmt::format("there is no mode '{}'", name),
              hint.empty() ? "modes are " + quoted_list(names) : hint);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The path of the picture; empty if the matrix is too large to see.
fs::path draw(const Matrix& matrix, const CompiledFiles& files, const std::string& title) {
  const std::string svg = picture_of(matrix, title);
  if (svg.empty()) return {};
  write_drawing(files.folder, "picture", svg);
  return files.folder / "picture.svg";
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += (text.empty() ? "" : "; ") + sentence;
  return text;
}

/// One sentence if the text is not the one that was written; its numbers are judged besides.
std::vector<std::string> changes_of(const nlohmann::ordered_json& stated, const std::string& file) {
  try {
    if (is_sealed(stated)) unsealed(stated, file);
    return {};
  } catch (const Error& e) {
    return {e.message()};
  }
}

}  // namespace

Result compile_network(const Request& request, const Catalog& catalog) {
  const auto start = std::chrono::steady_clock::now();
  const ModeEntry& mode = mode_of(request.mode);
  if (request.rows > 0 && !mode.prunes) {
    throw Error(ErrorCode::usage, fmt::format("mode '{}' cannot leave rows out", mode.name),
                "--rows N goes with --mode rotations");
  }
  const Source source = read_source(request.networks, request.reading, catalog);
  Compiled compiled{.mode = mode.name, .seed = request.seed, .network = source.network};
  if (source.run) {
    for (const auto& head : source.run->spec.heads) {
      if (head.id == source.run->head) compiled.node = head.reads;
    }
  }
  compiled.pad = padding(source.network);
  Drawn drawn = mode.draw(source.network, compiled.pad,
                          {.seed = request.seed, .place = request.place, .rows = request.rows});
  Matrix matrix = make_matrix(source.network, drawn, compiled.pad);
  if (request.strict) make_strict(matrix, request.box);
  compiled.placement = drawn.placement;
  compiled.reach = drawn.reach;
  compiled.pruned_from = drawn.pruned_from;
  compiled.strict = matrix.strict;
  compiled.box = matrix.box;
  compiled.ends = matrix.ends;

  Result result;
  NewFolder folder(request.folder);
  const CompiledFiles files{request.folder};
  write_compiled(files, compiled, matrix, source, catalog);
  result.picture =
      draw(matrix, files,
           fmt::format("{}, {}{}", source.from, compiled.mode, matrix.strict ? ", strict" : ""));
  result.seconds_to_compile = seconds_since(start);
  const auto middle = std::chrono::steady_clock::now();
  const Judged judged = prove(files, catalog);
  if (!judged.failures.empty()) {
    const bool overflows = !std::isfinite(judged.proof.max_error_float32);
    throw Error(ErrorCode::numeric, "the proof fails: " + joined(judged.failures),
                overflows ? "scale the weights: divide those of a layer, and multiply behind it"
                : request.strict ? "leave out --strict, or say a smaller --box"
                : request.mode != Request{}.mode
                    ? fmt::format("mode '{}' is exact for every network", Request{}.mode)
                    : std::string());
  }
  write_file(files.proof(), json_text(sealed(to_json(judged.proof)), 2) + '\n');
  result.seconds_to_prove = seconds_since(middle);
  result.proof = judged.proof;
  folder.keep();
  return result;
}

std::vector<std::string> verify(const fs::path& folder, const Catalog& catalog) {
  const CompiledFiles files{folder};
  try {
    const auto stated = parse_stored(read_text_file(files.proof()), "proof.json");
    auto failures = changes_of(stated, "proof.json");
    const auto add = [&](std::vector<std::string> more) {
      std::move(more.begin(), more.end(), std::back_inserter(failures));
    };
    if (stated.contains("construction")) {
      add(verify_construction(files, stated, catalog));
      return failures;
    }
    Judged judged = prove(files, catalog);
    add(std::move(judged.failures));
    add(differences(stated, judged.proof));
    return failures;
  } catch (const Error& e) {
    return {e.what()};
  } catch (const nlohmann::json::exception& e) {
    return {"proof.json is damaged: " + json_trouble(e)};
  }
}

}  // namespace glia::compile
