// SPDX-License-Identifier: MIT
#include "config/document.hpp"
#include "config/extends.hpp"
#include "config/node_kind.hpp"
#include "config/nodes.hpp"
#include "config/overrides.hpp"
#include "config/pipeline.hpp"
#include "config/references.hpp"
#include "config/sweep_table.hpp"
#include "config/template.hpp"
#include "core/files.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

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
    // By what tells them apart: endings and folders are alike and would make up for other letters.
    if (it->path().extension() == ".toml" &&
        !did_you_mean(path.stem().string(), {it->path().stem().string()}).empty()) {
      names.push_back((path.parent_path() / it->path().filename()).string());
    }
  }
  const std::string guess = did_you_mean(path.string(), names);
  if (!guess.empty() || path.is_absolute()) return guess;
  // Pages name the files that come along as they lie in the source tree.
  const fs::path along = (program_folder() / "../share/glia" / path).lexically_normal();
  return fs::is_regular_file(along, ignored) ? "it came along: " + along.string() : "";
}

/// A file that cannot be read is a mistake of the command line, whatever the reason.
std::string read_text(const std::string& file) {
  std::error_code reason;
  if (!fs::exists(file, reason)) {
    if (reason)
      throw Error(ErrorCode::usage, fmt::format("cannot read {}: {}", file, reason.message()));
    throw Error(ErrorCode::usage, "there is no file " + (file.empty() ? "''" : file),
                similar_file(file));
  }
  if (fs::is_regular_file(file, reason) && fs::file_size(file, reason) > largest_file && !reason) {
    throw Error(ErrorCode::usage, file + " is larger than 1 MiB: that is no pipeline file");
  }
  try {
    return read_file(file, largest_file);
  } catch (const Error& e) {
    throw Error(ErrorCode::usage, e.message(), e.hint());
  }
}

/// Whatever looks at nodes may compare them with each other.
void limit_nodes(const Item& root) {
  constexpr std::size_t most_nodes = 500;
  std::size_t count = 0;
  for (const auto& member : root.members) {
    if (!member.value.is_table() || member.key == "pipeline" || member.key == "sweep") continue;
    count += member.value.members.size();
    if (count <= most_nodes) continue;
    throw Error(
        ErrorCode::configuration,
        fmt::format("{}: error: more than {} nodes in a file", member.source.text(), most_nodes),
        "what differs in a few settings is an axis of a sweep: glia sweep --help");
  }
}

/// One of the kinds that a run is for has to be there.
void require_work(const Item& root, const std::string& file, Diagnostics& problems) {
  const NodeKind* missing = nullptr;  // the one to advise
  std::string others;
  for (const NodeKind* kind : node_kinds()) {
    if (!kind->at_least_one) continue;
    const Member* some = root.find(kind->name);
    if (some && !(some->value.is_table() && some->value.members.empty())) return;
    if (!missing || (some && !root.find(missing->name))) missing = kind;
  }
  if (!missing) return;
  for (const NodeKind* kind : node_kinds()) {
    if (kind->at_least_one && kind != missing) others += fmt::format(", or a [{}.ID]", kind->name);
  }
  const Member* some = root.find(missing->name);
  problems.error(some ? some->source : Source{file, 1, 1},
                 "nothing to run: there is no " + missing->name,
                 fmt::format("add a table such as [{}.digit] with a plugin and an input{}",
                             missing->name, others));
}

}  // namespace

namespace {

/// The paths and values of `key=value` arguments.
std::vector<std::pair<std::string, Item>> values_of(const std::vector<std::string>& overrides) {
  std::vector<std::pair<std::string, Item>> values;
  for (const auto& argument : overrides) {
    const auto equals = argument.find('=');
    auto value =
        parse_value(argument.substr(equals + 1), {fmt::format("argument '{}'", argument), 0, 0});
    if (equals == std::string::npos || !value) {
      throw Error(ErrorCode::usage,
                  fmt::format("'{}' is not an override of the form KEY=VALUE", argument));
    }
    values.emplace_back(argument.substr(0, equals), std::move(*value));
  }
  return values;
}

}  // namespace

std::string whole_text(const std::string& file) {
  std::string text = read_text(file);
  Item document = parse_document(text, file);
  if (!document.find("extends")) return text;
  return document_text(compose(std::move(document), file, read_text));
}

void require_ok(const Diagnostics& problems) {
  // One default or override can be wrong for several steps: once is enough.
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

bool only_for_sweeps(const std::string& argument) {
  const auto equals = argument.find('=');
  if (equals == std::string::npos || equals == 0) return false;
  return argument.starts_with("seeds=") || argument.starts_with("sweep.") ||
         argument.starts_with("sweep=") || is_axis(argument.substr(equals + 1));
}

PipelineTemplate::PipelineTemplate(const std::string& file,
                                   const std::vector<std::string>& overrides,
                                   const Catalog& catalog, Lists lists)
    : file_(file), text_(read_text(file)), catalog_(catalog) {
  read(overrides, lists);
}

PipelineTemplate::PipelineTemplate(std::string text, const std::string& name,
                                   const std::vector<std::string>& overrides,
                                   const Catalog& catalog, Lists lists)
    : file_(name), text_(std::move(text)), catalog_(catalog) {
  read(overrides, lists);
}

void PipelineTemplate::read(const std::vector<std::string>& overrides, Lists lists) {
  root_ = parse_document(text_, file_);
  if (root_.find("extends")) {
    root_ = compose(std::move(root_), file_, read_text);
    text_ = document_text(root_);  // what is kept of the file does not hang on others
  }
  limit_nodes(root_);
  Diagnostics problems;
  for (const auto& argument : overrides) {
    const auto equals = argument.find('=');
    const bool both = equals != std::string::npos && equals > 0;
    if (lists == Lists::are_axes && both &&
        (is_axis(argument.substr(equals + 1)) || has_axis(root_, argument.substr(0, equals)))) {
      apply_axis(root_, argument, problems);
    } else if (lists == Lists::are_axes && argument.starts_with("seeds=")) {
      apply_override(root_, "sweep." + argument, problems);
    } else {
      apply_override(root_, argument, problems);
    }
  }
  std::vector<Resolved> settings;
  Reading reading{catalog_, problems, settings};
  PipelineSpec header;
  header.file = file_;
  Diagnostics unused;  // of the header: reported with the rest of the pipeline
  Reading of_header{catalog_, unused, settings};
  read_header(root_, header, of_header);
  sweep_ = read_sweep(root_, header.seed, reading);
  check_use(overrides, problems);
  if (!problems.ok()) {  // one run shows every problem, those of the pipeline too
    PipelineSpec spec;
    fill({}, spec, reading);
  }
  require_ok(problems);
  std::erase_if(root_.members, [](const Member& member) { return member.key == "sweep"; });
}

/// An argument that every trial would overwrite is a mistake.
void PipelineTemplate::check_use(const std::vector<std::string>& overrides,
                                 Diagnostics& problems) const {
  const Member* sweep = root_.find("sweep");
  const Member* seeds = sweep ? sweep->value.find("seeds") : nullptr;
  for (const auto& argument : overrides) {
    if (only_for_sweeps(argument)) continue;
    const std::string path = argument.substr(0, argument.find('='));
    const Source source{fmt::format("argument '{}'", argument), 0, 0};
    if (path == "pipeline.seed" && seeds && seeds->value.is_array()) {
      problems.error(source,
                     fmt::format("the sweep lists its seeds at {}, so none counts from this one",
                                 seeds->value.source.text()),
                     "write --seeds 1,2,3 or, for a number of seeds from here on, --seeds 20");
    }
    for (const auto& block : sweep_.blocks) {
      for (const auto& group : block.groups) {
        for (const auto& axis : group) {
          if (!path.starts_with(axis.path + '.')) continue;
          problems.error(source,
                         fmt::format("the axis '{}' at {} sets this too, and would overwrite it",
                                     axis.path, axis.source.text()),
                         "change the values of that axis");
        }
      }
    }
  }
}

void PipelineTemplate::fill(const std::vector<Setting>& settings, PipelineSpec& spec,
                            Reading& reading) const {
  Item changed;
  if (!settings.empty()) {
    changed = root_;
    for (const auto& [path, value] : settings) assign(changed, path, *value, reading.problems);
  }
  const Item& root = settings.empty() ? root_ : changed;
  spec.file = file_;
  read_pipeline(root, spec, reading);
  check_references(spec, reading.problems);
  require_work(root, file_, reading.problems);
}

Pipeline PipelineTemplate::make(const std::vector<Setting>& settings) const {
  Pipeline pipeline;
  pipeline.text = text_;
  Diagnostics problems;
  Reading reading{catalog_, problems, pipeline.settings};
  fill(settings, pipeline.spec, reading);
  require_ok(problems);
  return pipeline;
}

Pipeline PipelineTemplate::make(const std::vector<std::string>& overrides) const {
  std::vector<Setting> settings;
  const auto values = values_of(overrides);
  for (const auto& [path, value] : values) settings.emplace_back(path, &value);
  return make(settings);
}

std::string PipelineTemplate::given_toml(const std::vector<std::string>& overrides) const {
  Item root = root_;
  Diagnostics problems;
  for (const auto& [path, value] : values_of(overrides)) assign(root, path, value, problems);
  require_ok(problems);
  return document_text(root);
}

PipelineSpec PipelineTemplate::make_spec(const std::vector<Setting>& settings,
                                         Diagnostics& problems) const {
  PipelineSpec spec;
  std::vector<Resolved> unused;
  Reading reading{catalog_, problems, unused};
  fill(settings, spec, reading);
  return spec;
}

Pipeline load_pipeline(const std::string& file, const std::vector<std::string>& overrides,
                       const Catalog& catalog) {
  const PipelineTemplate source(file, overrides, catalog, PipelineTemplate::Lists::are_text);
  Pipeline pipeline = source.make(std::vector<Setting>{});
  const auto& of_sweep = source.sweep().settings;
  pipeline.settings.insert(pipeline.settings.end(), of_sweep.begin(), of_sweep.end());
  return pipeline;
}

}  // namespace glia::config
