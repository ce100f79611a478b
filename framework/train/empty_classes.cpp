// SPDX-License-Identifier: MIT
#include "train/empty_classes.hpp"

#include "core/log.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>

namespace glia::train {
namespace {

constexpr std::int64_t most_numbers = std::int64_t{1} << 24;

/// Which classes have been seen in a split.
class Seen {
 public:
  explicit Seen(std::int64_t classes) : seen_(static_cast<std::size_t>(classes)) {}

  void add(const at::Tensor& labels) {
    for (const auto label :
         std::span(labels.data_ptr<std::int64_t>(), static_cast<std::size_t>(labels.numel()))) {
      seen_.at(static_cast<std::size_t>(label)) = true;
    }
  }
  bool all() const {
    return std::all_of(seen_.begin(), seen_.end(), [](bool s) { return s; });
  }

  /// "" if every class was.
  std::string text(const std::string& dataset, const SampleSpec& data, Split split) const {
    constexpr std::size_t shown = 5;
    std::string names;
    std::size_t missing = 0;
    for (std::size_t label = 0; label < seen_.size(); ++label) {
      if (seen_[label] || missing++ >= shown) continue;
      names += names.empty() ? "" : ", ";
      names += label < data.class_names.size() ? fmt::format("'{}'", data.class_names[label])
                                               : std::to_string(label);
    }
    if (missing == 0) return {};
    return fmt::format("data set '{}': {} of {} classes never occur among its {} samples: {}{}",
                       dataset, missing, data.classes,
                       split == Split::train ? "training" : split_name(split), names,
                       missing > shown ? ", ..." : "");
  }

 private:
  std::vector<bool> seen_;
};

/// False where that would take too long.
bool look_at(const LoadedData& data, Split split, Seen& seen) {
  return seen.all() || read_all(data, split, most_numbers, [&](const Batch& batch) {
           seen.add(batch.targets);
           return !seen.all();
         });
}

}  // namespace

void warn_of_empty_classes(const Encoded& encoded, const std::string& dataset,
                           const SampleSpec& data) {
  if (data.classes == 0) return;
  for (const Split split : encoded.splits()) {
    const at::Tensor& labels = encoded.of(split).targets;
    if (!labels.defined() || labels.scalar_type() != at::kLong) continue;
    Seen seen(data.classes);
    seen.add(labels);
    const std::string text = seen.text(dataset, data, split);
    if (!text.empty()) log().warn("{}", text);
  }
}

std::vector<std::string> empty_classes(const LoadedData& data) {
  std::vector<std::string> all;
  if (data.spec.classes == 0) return all;
  try {
    for (const Split split : {Split::train, Split::validation, Split::test}) {
      if (split == Split::validation && data.validation.empty()) continue;
      Seen seen(data.spec.classes);
      if (!look_at(data, split, seen)) continue;
      if (auto text = seen.text(data.id, data.spec, split); !text.empty()) all.push_back(text);
    }
  } catch (const std::exception&) {  // a label that is no class too
  }
  return all;
}

}  // namespace glia::train
