// SPDX-License-Identifier: MIT
#include "report/compare.hpp"

#include "core/diagnostics.hpp"
#include "graph/data_identity.hpp"
#include "graph/stages.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace glia::report {
namespace {

Axis* axis_of(Study& study, const std::string& path) {
  for (auto& axis : study.axes) {
    if (axis.path == path) return &axis;
  }
  return nullptr;
}

/// A setting that the other study varies and this one fixes becomes an axis of a single value.
void add_fixed_axis(Study& study, const Settings& settings, const std::string& path) {
  const auto value = settings.find(path);
  if (!value) return;
  study.axes.push_back({path, {*value}, as_number(*value).has_value()});
  for (auto& trial : study.trials) trial.values.push_back(*value);
}

/// "0.1" and "0.10" are one value.
std::string canonical(const std::string& value) {
  const auto number = as_number(value);
  return number ? std::to_string(*number) : value;
}

bool same_labels(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x == y || canonical(x) == canonical(y);
  });
}

std::vector<Group> grouped(const Study& study, const std::vector<std::string>& axes) {
  std::vector<Levels> by;
  for (const auto& path : axes) {
    for (std::size_t i = 0; i < study.axes.size(); ++i) {
      if (study.axes[i].path == path) {
        by.push_back(levels_of(study, i, study.axes[i].values.size()));
      }
    }
  }
  return group_trials(study, by);
}

std::vector<std::pair<std::string, std::string>> common_heads(const Study& a, const Study& b) {
  const auto in_a = a.heads(), in_b = b.heads();
  std::vector<std::pair<std::string, std::string>> common;
  for (const auto& id : in_a) {
    if (std::find(in_b.begin(), in_b.end(), id) != in_b.end()) common.emplace_back(id, id);
  }
  if (common.empty() && in_a.size() == 1 && in_b.size() == 1) {
    common.emplace_back(in_a[0], in_b[0]);
  }
  if (common.empty()) {
    const auto list = [](const Study& study, const std::vector<std::string>& ids) {
      return study.folder.string() + (ids.empty() ? " has none" : " has " + quoted_list(ids));
    };
    throw Error(ErrorCode::usage, fmt::format("there is no head of the same name in both: {}, {}",
                                              list(a, in_a), list(b, in_b)));
  }
  return common;
}

/// Two searches have each drawn points of their own.
bool drawn_apart(const Axis* a, const Axis* b) {
  return a && b && a->sampled && b->sampled && !same_labels(a->values, b->values);
}

/// What both vary, or one varies and the other fixes.
void find_axes(ComparedStudies& compared, const Settings& in_a, const Settings& in_b) {
  std::set<std::string> paths;
  for (const auto& axis : compared.a.axes) paths.insert(axis.path);
  for (const auto& axis : compared.b.axes) paths.insert(axis.path);
  for (const auto& path : paths) {
    if (!axis_of(compared.a, path)) add_fixed_axis(compared.a, in_a, path);
    if (!axis_of(compared.b, path)) add_fixed_axis(compared.b, in_b, path);
    const bool common = axis_of(compared.a, path) && axis_of(compared.b, path);
    const bool apart = drawn_apart(axis_of(compared.a, path), axis_of(compared.b, path));
    (common && !apart ? compared.axes : compared.pooled).push_back(path);
  }
}

/// Digests of what a study's data sets have read, by name; empty of sweeps of older versions.
std::map<std::string, std::string> files_of(const Study& study) {
  if (study.sweep) return study.data;
  std::map<std::string, std::string> files;
  std::error_code ignored;
  const auto plan = study.folder / "plan.json";
  if (!std::filesystem::exists(plan, ignored)) return files;
  const std::string load = "/load";
  for (const auto& [name, stage] : graph::read_plan(plan)) {
    if (!name.ends_with(load)) continue;
    files[name.substr(0, name.size() - load.size())] = graph::digest_of_data(stage.identity);
  }
  return files;
}

/// Files of one name may have been others by the time of the other run.
void add_files_that_differ(ComparedStudies& compared) {
  const auto in_a = files_of(compared.a), in_b = files_of(compared.b);
  for (const auto& [id, a] : in_a) {
    const auto b = in_b.find(id);
    if (b == in_b.end() || b->second == a) continue;
    compared.settings.push_back({fmt::format("dataset.{}: what its files hold", id),
                                 "sha256 " + a.substr(0, 12), "sha256 " + b->second.substr(0, 12)});
  }
}

}  // namespace

ComparedStudies compare_studies(Study a, Study b) {
  ComparedStudies compared;
  compared.a = std::move(a);
  compared.b = std::move(b);
  const auto heads = common_heads(compared.a, compared.b);
  const Settings in_a = Settings::read(compared.a.folder), in_b = Settings::read(compared.b.folder);
  // One thing has one name, however an axis was written.
  for (auto& axis : compared.a.axes) axis.path = in_a.named(axis.path);
  for (auto& axis : compared.b.axes) axis.path = in_b.named(axis.path);
  find_axes(compared, in_a, in_b);
  const auto varied = [&](const std::string& path) {
    return std::find(compared.axes.begin(), compared.axes.end(), path) != compared.axes.end() ||
           std::find(compared.pooled.begin(), compared.pooled.end(), path) != compared.pooled.end();
  };
  for (auto& each : differences(in_a, in_b)) {
    const bool seed = each.path == "pipeline.seed" && (compared.a.sweep || compared.b.sweep);
    if (!seed && !varied(each.path)) compared.settings.push_back(std::move(each));
  }
  add_files_that_differ(compared);
  compared.groups_a = grouped(compared.a, compared.axes);
  compared.groups_b = grouped(compared.b, compared.axes);
  for (const auto& group : compared.groups_a) {
    const auto other =
        std::find_if(compared.groups_b.begin(), compared.groups_b.end(),
                     [&](const Group& g) { return same_labels(g.labels, group.labels); });
    if (other == compared.groups_b.end()) continue;
    for (const auto& [head_a, head_b] : heads) {
      const auto x = group.heads.find(head_a);
      const auto y = other->heads.find(head_b);
      if (x == group.heads.end() || y == other->heads.end()) continue;
      auto& head = compared.heads.emplace_back(
          ComparedHead{head_a, head_b, group.labels, &x->second, &y->second,
                       compare_samples(x->second.test, y->second.test)});
      const Measured &a = x->second.validation, &b = y->second.validation;
      if (!a.values.empty() && !b.values.empty()) head.validation = compare_samples(a, b);
    }
  }
  if (compared.heads.empty()) {
    throw Error(ErrorCode::usage,
                fmt::format("{} and {} have no finished run at a common value of {}",
                            compared.a.folder.string(), compared.b.folder.string(),
                            quoted_list(compared.axes)));
  }
  return compared;
}

}  // namespace glia::report
