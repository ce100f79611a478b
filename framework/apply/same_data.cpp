// SPDX-License-Identifier: MIT
#include "apply/same_data.hpp"

#include "apply/input.hpp"
#include "apply/planned.hpp"
#include "core/log.hpp"
#include "core/quoted_names.hpp"
#include "graph/data_identity.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/value.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace glia::apply {
namespace fs = std::filesystem;
namespace {

/// Answers are compared by the classes' numbers.
void require_same_classes(const std::string& dataset, const std::vector<std::string>& now,
                          const std::vector<std::string>& trained) {
  if (now.empty() || trained.empty() || now == trained) return;
  const std::string what =
      fmt::format("data set '{}' has the classes {}, but the run was trained on {}", dataset,
                  quoted_names(now), quoted_names(trained));
  if (std::is_permutation(now.begin(), now.end(), trained.begin(), trained.end())) {
    throw Error(ErrorCode::data, what, "bring them into the order that it was trained on");
  }
  log().warn("{}: they are compared by their numbers", what);
}

}  // namespace

void require_same_samples(const std::string& dataset, const SampleSpec& now,
                          const SampleSpec& trained) {
  const auto fail = [&](const std::string& what, const std::string& hint) {
    throw Error(ErrorCode::data, fmt::format("data set '{}' {}", dataset, what), hint);
  };
  if (now.shape != trained.shape) {
    fail(fmt::format("has samples of {}, but the run was trained on {}", form_text(now.shape),
                     form_text(trained.shape)),
         "bring them to the size that it was trained on");
  }
  if (now.classes != trained.classes || now.target_width != trained.target_width) {
    fail(fmt::format("has {}, but the run was trained on {}",
                     now.classes ? fmt::format("{} classes", now.classes)
                                 : fmt::format("{} values per sample", now.target_width),
                     trained.classes ? fmt::format("{} classes", trained.classes)
                                     : fmt::format("{} values", trained.target_width)),
         "only samples of the same classes can be tested");
  }
  require_same_classes(dataset, now.class_names, trained.class_names);
}

Error where_now(const Error& error, const config::DatasetNode& node) {
  std::string lost;
  for (const auto& [name, value] : node.use.values) {
    const auto* text = std::get_if<std::string>(&value);
    std::error_code ignored;
    if (!text || text->empty() || error.message().find(*text) == std::string::npos) continue;
    if (!fs::exists(*text, ignored)) lost += fmt::format(" dataset.{}.{}=PATH", node.id, name);
  }
  if (lost.empty() || !error.hint().empty()) return error;
  return Error(error.code(), error.message(), "if it lies elsewhere now, say where:" + lost);
}

void tell_if_changed(const config::DatasetNode& node, const fs::path& run,
                     const std::vector<std::string>& changes) {
  const std::string table = fmt::format("dataset.{}", node.id);
  const auto names_it = [&](const std::string& change) {
    return change.starts_with(table + '.') || change.starts_with(table + '=');
  };
  if (std::any_of(changes.begin(), changes.end(), names_it)) return;
  const auto planned = planned_stage(run, node.id + "/load");
  if (!planned || planned->identity.find("files = ") == std::string::npos) return;
  if (graph::has_data(planned->identity, node)) return;
  log().warn(
      "data set '{}': its files are not what they were when the run was trained; these are "
      "numbers of the files as they are now",
      node.id);
}

void require_same_split(const config::DatasetNode& now, const config::DatasetNode& trained,
                        const fs::path& run) {
  if (now.validation == trained.validation && now.validation_seed == trained.validation_seed)
    return;
  const auto planned = planned_stage(run, now.id + "/load");
  const bool same =
      planned ? graph::has_data(planned->identity, now) : now.use.values == trained.use.values;
  if (!same) return;
  throw Error(ErrorCode::usage,
              fmt::format("data set '{}' would keep other samples for validation than the run did, "
                          "and the run was trained on some of them",
                          now.id),
              "leave out 'validation' and 'validation_seed': they are those of the run");
}

}  // namespace glia::apply
