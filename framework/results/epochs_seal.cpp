// SPDX-License-Identifier: MIT
#include "results/epochs_seal.hpp"

#include "core/hash.hpp"
#include "core/json_text.hpp"
#include "core/sealed_json.hpp"
#include "core/text_file.hpp"
#include "results/json_reader.hpp"
#include "results/own_results.hpp"

#include <fmt/format.h>

#include <string_view>
#include <system_error>

namespace glia::results {
namespace {

constexpr const char* epochs_key = "epochs_csv";

}  // namespace

std::string sealing_epochs(const std::filesystem::path& folder, const std::string& results) {
  const auto file = folder / "epochs.csv";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return results;
  const std::string text = read_text_file(file, most_results);
  auto all = parse_sealed(results, "results.json");
  all[epochs_key] = {{"bytes", text.size()}, {"sha256", sha256_hex(text)}};
  return json_text(sealed(std::move(all)), 2) + '\n';
}

std::string epochs_problem(const std::filesystem::path& folder) {
  const auto file = folder / "epochs.csv", stored = folder / "results.json";
  std::error_code ignored;
  for (const auto& each : {file, stored}) {
    if (!std::filesystem::is_regular_file(each, ignored)) return {};
  }
  const std::string results = read_text_file(stored, most_results);
  const auto all = parse_sealed_results(results);
  require_own(folder, results);
  const Reader from(all, "");
  if (!from.has(epochs_key)) return {};
  const Reader seal = from.at(epochs_key);
  const std::string text = read_text_file(file, most_results), digest = seal.at("sha256").text();
  const auto bytes = static_cast<std::size_t>(seal.at("bytes").count());
  if (text.size() >= bytes && sha256_hex(std::string_view(text).substr(0, bytes)) == digest) {
    return {};
  }
  return fmt::format("{} was changed since the run wrote it", file.string());
}

}  // namespace glia::results
