// SPDX-License-Identifier: MIT
#include "graph/data_identity.hpp"

#include "core/at_work.hpp"
#include "core/folder_files.hpp"
#include "core/hash.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <variant>
#include <vector>

namespace glia::graph {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_files = 10000;

/// Every file below a folder; "" where there are more than anybody reads at once.
std::string identity_of_folder(const fs::path& folder) {
  std::error_code ignored;  // what cannot be read is told by whoever needs it
  const auto files = files_below(folder, ignored, most_files);
  return files.size() > most_files ? std::string() : identity_of_files(folder, files);
}

/// The texts among a plugin's values, with the parameter that holds each.
std::vector<std::pair<std::string, std::string>> texts_of(const ValueMap& values) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [name, value] : values) {
    if (const auto* text = std::get_if<std::string>(&value)) all.emplace_back(name, *text);
    if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
      for (const auto& text : *texts) all.emplace_back(name, text);
    }
  }
  return all;
}

}  // namespace

std::string data_identity(const config::PluginUse& use) {
  const AtWork at_work(*use.plugin, std::chrono::seconds(30));
  const std::string own = use.plugin->descriptor->make_dataset(use.values)->identity();
  std::string text = own;
  for (const auto& [name, path] : texts_of(use.values)) {
    std::error_code ignored;
    if (path.empty()) continue;
    std::string hash;
    if (fs::is_regular_file(path, ignored)) hash = identity_of_file(path);
    if (own.empty() && fs::is_directory(path, ignored)) hash = identity_of_folder(path);
    if (hash.empty() || text.find(hash) != std::string::npos) continue;
    text += fmt::format("{}{}:{}", text.empty() || text.back() == ' ' ? "" : " ", name, hash);
  }
  return text;
}

bool has_data(const std::string& identity, const config::DatasetNode& node) {
  return identity.find(fmt::format("files = {}\n", data_identity(node.use))) != std::string::npos;
}

void require_unchanged(const config::DatasetNode& node, const std::string& identity) {
  if (has_data(identity, node)) return;
  throw Error(ErrorCode::data,
              fmt::format("the files of data set '{}' changed while they were read; nothing that "
                          "was computed from them is kept",
                          node.id),
              "let them be while glia runs, and run again");
}

std::string digest_of_data(const std::string& identity) {
  const std::string label = "\nfiles = ";
  const auto at = identity.find(label);
  if (at == std::string::npos) return {};
  const auto begin = at + label.size();
  return sha256_hex(identity.substr(begin, identity.size() - begin - 1)).substr(0, 16);
}

}  // namespace glia::graph
