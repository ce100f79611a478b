// SPDX-License-Identifier: MIT
#include "config/document.hpp"
#include "config/nodes.hpp"
#include "config/overrides.hpp"
#include "config/pipeline.hpp"
#include "config/references.hpp"
#include "core/files.hpp"

#include <glia/sdk/error.hpp>

#include <filesystem>
#include <system_error>
#include <utility>

namespace glia::config {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;

/// "did you mean ...?" among the TOML files of the same folder.
std::string similar_file(const fs::path& path) {
  std::vector<std::string> names;
  std::error_code ignored;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
  for (fs::directory_iterator it(folder, ignored), end; !ignored && it != end;
       it.increment(ignored)) {
    if (it->path().extension() == ".toml") {
      names.push_back((path.parent_path() / it->path().filename()).string());
    }
  }
  return did_you_mean(path.string(), names);
}

/// A file that cannot be read is a mistake of the command line, whatever the reason.
std::string read_text(const std::string& file) {
  std::error_code reason;
  if (!fs::exists(file, reason)) {
    if (reason) throw Error(ErrorCode::usage, "cannot read " + file + ": " + reason.message());
    throw Error(ErrorCode::usage, "there is no file " + (file.empty() ? "''" : file),
                similar_file(file));
  }
  try {
    std::string text = read_file(file);
    if (text.size() <= largest_file) return text;
  } catch (const Error& e) {
    throw Error(ErrorCode::usage, e.message(), e.hint());
  }
  throw Error(ErrorCode::usage, file + " is larger than 1 MiB: that is no pipeline file");
}

/// One default or override can be wrong for several steps: once is enough.
void require_ok(const Diagnostics& problems) {
  Diagnostics once;
  const Diagnostic* previous = nullptr;
  const auto all = problems.sorted();
  for (const auto& d : all) {
    if (!previous || d.source != previous->source || d.message != previous->message) {
      once.error(d.source, d.message, d.hint);
    }
    previous = &d;
  }
  once.require_ok();
}

}  // namespace

Pipeline load_pipeline(const std::string& file, const std::vector<std::string>& overrides,
                       const Catalog& catalog) {
  Pipeline pipeline;
  pipeline.text = read_text(file);
  pipeline.spec.file = file;
  Item root = parse_document(pipeline.text, file);
  Diagnostics problems;
  for (const auto& argument : overrides) apply_override(root, argument, problems);
  Reading reading{catalog, problems, pipeline.settings};
  read_pipeline(root, pipeline.spec, reading);
  check_references(pipeline.spec, problems);
  const Member* heads = root.find("head");
  if (!heads || (heads->value.is_table() && heads->value.members.empty())) {
    problems.error(heads ? heads->source : Source{file, 1, 1}, "nothing to run: there is no head",
                   "add a table such as [head.digit] with a plugin and an input");
  }
  require_ok(problems);
  return pipeline;
}

}  // namespace glia::config
