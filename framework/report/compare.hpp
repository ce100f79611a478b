// SPDX-License-Identifier: MIT
#pragma once

#include "report/comparison.hpp"
#include "report/settings.hpp"
#include "report/study.hpp"

#include <optional>
#include <string>
#include <vector>

namespace glia::report {

/// One head at one setting that both studies have.
struct ComparedHead {
  std::string head_a, head_b;       ///< differ only where each study has a single head
  std::vector<std::string> labels;  ///< values of the common axes
  const Sample* a = nullptr;
  const Sample* b = nullptr;
  Comparison test;
  std::optional<Comparison> validation{};  ///< where both sides kept samples for it
};

/// Two runs or sweeps, side by side.
struct ComparedStudies {
  Study a, b;
  std::vector<Difference> settings;
  std::vector<std::string> axes;    ///< common ones: varied in one, varied or fixed in the other
  std::vector<std::string> pooled;  ///< axes that only one has, over which its runs are pooled
  std::vector<Group> groups_a, groups_b;
  std::vector<ComparedHead> heads;
};

/// Error (usage) if they have no head, or no value of their common axes, in common.
ComparedStudies compare_studies(Study a, Study b);

/// For people, with the tests and intervals named.
std::string comparison_text(const ComparedStudies& compared);

/// For programs: {"a", "b", "settings": [...], "heads": [...]}.
std::string comparison_json(const ComparedStudies& compared);

}  // namespace glia::report
