// SPDX-License-Identifier: MIT
#include "sweep/build_parts.hpp"

#include "core/folder_files.hpp"
#include "graph/data_identity.hpp"
#include "train/stage_cache.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace glia::sweep {
namespace fs = std::filesystem;
namespace {

constexpr const char* program_part = "glia";

/// Of the files that the data set's parameters name, themselves or by their folder, the one that was
/// changed last; "" if they name none.
fs::path changed_last(const config::DatasetNode& node) {
  constexpr std::size_t most_files = 10'000;
  std::vector<fs::path> files;
  const auto add = [&](const fs::path& path) {
    std::error_code ignored;
    if (path.empty()) return;
    if (fs::is_regular_file(path, ignored)) files.push_back(path);
    if (!fs::is_directory(path, ignored)) return;
    for (auto& file : files_below(path, ignored, most_files)) files.push_back(std::move(file));
  };
  for (const auto& [name, value] : node.use.values) {
    if (const auto* text = std::get_if<std::string>(&value)) add(*text);
    if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
      for (const auto& text : *texts) add(text);
    }
  }
  fs::path last;
  timespec when{};
  for (const auto& file : files) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) continue;
    const auto& is = info.st_ctim;
    if (std::tie(is.tv_sec, is.tv_nsec) <= std::tie(when.tv_sec, when.tv_nsec)) continue;
    when = is;
    last = file;
  }
  return last;
}

std::string named(const config::PipelineSpec& spec, const std::string& dataset) {
  for (const auto& node : spec.datasets) {
    if (node.id != dataset) continue;
    const auto file = changed_last(node);
    if (!file.empty()) return fmt::format(" ({} is what was changed last)", file.string());
  }
  return {};
}

}  // namespace

std::string build_of(const CatalogEntry& plugin) {
  return fmt::format("{}, build {}", plugin.version, identity_of_file(plugin.file).substr(0, 16));
}

std::map<std::string, std::string> build_parts(const Plan& plan) {
  auto parts = plan.parts;
  parts[program_part] = train::program_build();
  return parts;
}

void require_parts(const std::map<std::string, std::string>& parts, const Catalog& catalog) {
  std::map<std::string, std::string> own{{program_part, train::program_build()}};
  for (const auto* entry : catalog.all()) {
    const std::string name = plugin_part(*entry->descriptor);
    if (parts.count(name)) own[name] = build_of(*entry);
  }
  std::string text;
  for (const auto& [name, was] : parts) {
    if (name.starts_with(data_part)) continue;  // every trial looks at its own
    const auto it = own.find(name);
    const std::string is = it == own.end() ? "gone" : it->second;
    if (is != was) text += fmt::format("\n  {}: was {}, is {}", name, was, is);
  }
  if (text.empty()) return;
  throw Error(
      ErrorCode::plugin,
      "what the sweep runs on was replaced while it ran; its trials would not compare:" + text,
      "put the files back and go on with glia resume, or start a new sweep");
}

void note_data(std::map<std::string, std::string>& parts, const graph::Stage& load) {
  const std::string digest = graph::digest_of_data(load.identity);
  std::string name = data_part + load.node;
  for (int number = 2;; ++number) {
    const auto [it, added] = parts.emplace(name, digest);
    if (added || it->second == digest) return;
    name = fmt::format("{}{} ({})", data_part, load.node, number);
  }
}

void require_data(const std::vector<graph::Stage>& stages,
                  const std::map<std::string, std::string>& parts,
                  const config::PipelineSpec& spec) {
  for (const auto& stage : stages) {
    const std::string name = data_part + stage.node;
    if (stage.kind != graph::Stage::Kind::load || !parts.count(name)) continue;
    const std::string digest = graph::digest_of_data(stage.identity);
    const bool planned = std::any_of(parts.begin(), parts.end(), [&](const auto& part) {
      const auto& [key, value] = part;
      return value == digest && (key == name || key.starts_with(name + " ("));
    });
    if (planned) continue;
    throw Error(
        ErrorCode::data,
        fmt::format("the files of data set '{}' were changed since the sweep was planned{}; "
                    "this trial would not compare with the others",
                    stage.node, named(spec, stage.node)),
        "put them back and try such trials again with glia retry, or start a new sweep");
  }
}

}  // namespace glia::sweep
