// SPDX-License-Identifier: MIT
#include "results/own_results.hpp"

#include "core/hash.hpp"
#include "core/json_text.hpp"
#include "core/sealed_json.hpp"
#include "core/shell_words.hpp"
#include "core/study_mark.hpp"
#include "core/text_file.hpp"
#include "results/run_origin.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace glia::results {
namespace {

bool has_digest(std::string_view text) {
  constexpr std::size_t last_member = 128;
  return text.substr(text.size() - std::min(text.size(), last_member)).find("\"sha256\"") !=
         std::string_view::npos;
}

/// That of a sweep is held against the digest in its sweep.json, where it has one.
void require_sweep_resolved(const std::filesystem::path& folder) {
  const auto file = folder / "resolved.toml", origin = folder / "sweep.json";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return;
  const auto json = parse_perhaps_sealed(read_text_file(origin), origin.string());
  const auto digest = json.find(resolved_key);
  if (digest == json.end() || *digest == sha256_hex(read_text_file(file))) return;
  throw Error(
      ErrorCode::data,
      fmt::format("{}: was changed since the sweep was made, or is of another one", file.string()),
      "put it back from a copy; other settings are swept in a folder of their own");
}

}  // namespace

std::string marked(const std::filesystem::path& folder, const std::string& results) {
  const std::string mark = read_run_origin(folder).mark;
  if (mark.empty()) return results;
  auto all = parse_sealed(results, "results.json");
  all[mark_key] = mark;
  return json_text(sealed(std::move(all)), 2) + '\n';
}

void require_own(const std::filesystem::path& folder, std::string_view results) {
  if (has_digest(results) && mark_of(folder / "sweep.json")) {
    return require_one_sweep(folder, {folder / "results.json", mark_in(results)});
  }
  std::error_code ignored;
  if (!std::filesystem::exists(folder / "run.json", ignored)) return;  // nothing says whose it is
  const std::string own = read_run_origin(folder).mark, given = mark_in(results);
  if (given == own || !has_digest(results)) return;
  const bool kept = !mark_of_place(folder).empty();
  throw Error(ErrorCode::data,
              fmt::format("{} is of another run: of {}, and the folder's run.json is of {}",
                          (folder / "results.json").string(), mark_words(given), mark_words(own)),
              kept ? fmt::format("put the trial's own results back from a copy; glia evaluate {} "
                                 "measures its networks again",
                                 path_word(folder))
                   : fmt::format("put the run's own results back from a copy, or have them made "
                                 "anew from its checkpoints: glia resume {}",
                                 path_word(folder)));
}

void require_own_parts(const std::filesystem::path& folder, const nlohmann::json& provenance) {
  const auto sweep = mark_of(folder / "sweep.json");
  std::error_code ignored;
  if (sweep) {
    require_sweep_resolved(folder);
  } else if (std::filesystem::exists(folder / "resolved.toml", ignored)) {
    read_resolved(folder);
  }
  const std::string own = sweep ? *sweep : read_run_origin(folder).mark;
  const auto given = provenance.is_object() ? provenance.find(mark_key) : provenance.end();
  if (own.empty() || given == provenance.end() || !given->is_string() || *given == own) return;
  throw Error(ErrorCode::data,
              fmt::format("{} is of another {}: of '{}', and this folder is of '{}'",
                          (folder / "provenance.json").string(), sweep ? "sweep" : "run",
                          given->get<std::string>(), own),
              "put it back from a copy, or remove it: only builds and machine of then are in it");
}

}  // namespace glia::results
