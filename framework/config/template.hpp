// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"
#include "config/pipeline.hpp"
#include "config/sweep_spec.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glia::config {

struct Reading;

/// A setting to change: the path of a key and its value.
using Setting = std::pair<std::string, const Item*>;

/// A pipeline file, parsed once, from which any number of pipelines are made that differ in a few
/// settings. [thread-safe once made]
class PipelineTemplate {
 public:
  enum class Lists { are_text, are_axes };

  /// Error (usage) if the file cannot be read, (configuration) with every problem of its TOML, the
  /// overrides and the [sweep] table. With `are_axes`, overrides that give a list of values or a
  /// range ("a.b=1,2,3") become axes.
  PipelineTemplate(const std::string& file, const std::vector<std::string>& overrides,
                   const Catalog& catalog, Lists lists = Lists::are_axes);

  /// The same from the text of a file that may be gone; `name` is what messages call it.
  PipelineTemplate(std::string text, const std::string& name,
                   const std::vector<std::string>& overrides, const Catalog& catalog,
                   Lists lists = Lists::are_axes);

  const std::string& file() const { return file_; }
  const std::string& text() const { return text_; }
  const SweepSpec& sweep() const { return sweep_; }

  /// The pipeline with these settings. Error (configuration) lists every
  /// problem.
  Pipeline make(const std::vector<Setting>& settings) const;
  /// The same with settings as `key=value`.
  Pipeline make(const std::vector<std::string>& overrides) const;

  /// A file with what the file and these settings (`key=value`) say, and no default; without [sweep]
  /// and comments. Relative paths stay what they are.
  std::string given_toml(const std::vector<std::string>& overrides) const;

  /// Only its specification, for when thousands are made; what is wrong with it goes to `problems`.
  PipelineSpec make_spec(const std::vector<Setting>& settings, Diagnostics& problems) const;

 private:
  void read(const std::vector<std::string>& overrides, Lists lists);
  void check_use(const std::vector<std::string>& overrides, Diagnostics& problems) const;
  void fill(const std::vector<Setting>& settings, PipelineSpec& spec, Reading& reading) const;

  std::string file_, text_;
  const Catalog& catalog_;
  Item root_;  ///< without [sweep]
  SweepSpec sweep_;
};

/// Whether an argument of a sweep belongs to it alone: a list of values, a range, seeds.
bool only_for_sweeps(const std::string& argument);

/// The values that such an argument gives an axis, as TOML: 1, 2 and 3 of "a.b=range(1,3)". Nothing
/// if they are to be drawn. Error (configuration).
std::optional<std::vector<std::string>> axis_texts(const std::string& argument);

/// Throws Error (configuration) with every problem, each once.
void require_ok(const Diagnostics& problems);

}  // namespace glia::config
