// SPDX-License-Identifier: MIT
#include "labels.hpp"

#include "array.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>
#include <ATen/Functions.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

namespace npy {
namespace {

/// As many labels in a row that never occur are no accident of a small set.
constexpr std::int64_t odd_gap = 10;

[[noreturn]] void fail(const std::string& what, const std::string& hint) {
  throw glia::Error(glia::ErrorCode::data, what, hint);
}

std::string text(std::int64_t number) { return std::to_string(number); }

/// One whole number per sample, as 64-bit ones.
at::Tensor flat(const at::Tensor& labels, const std::string& path) {
  const std::int64_t n = labels.dim() > 0 ? labels.size(0) : 0;
  const at::Tensor rows = n > 0 ? labels.reshape({n, -1}) : labels;
  if (n > 0 && rows.size(1) == 1 && c10::isIntegralType(labels.scalar_type(), true)) {
    return rows.flatten().to(at::kLong);
  }
  const bool wide = n > 0 && rows.size(1) > 1;
  const bool one_hot = wide && rows.ne(0).sum(1).eq(1).all().item<bool>();
  if (one_hot) {
    fail(path + ": the labels are one-hot rows of " + text(rows.size(1)) +
             " numbers, expected one whole number (class) per sample",
         "save LABELS.argmax(axis=1) instead");
  }
  fail(path + ": expected one whole number (class) per sample" +
           (wide ? ", found " + text(rows.size(1)) : std::string()),
       "save LABELS.astype('int64'), one number per sample");
}

std::int64_t first_of(const at::Tensor& hits) {
  return hits.to(at::kInt).argmax().item<std::int64_t>();
}

void refuse_gaps(const std::string& path, const at::Tensor& labels, std::int64_t greatest) {
  const at::Tensor counts = at::bincount(labels, {}, greatest + 1);
  const auto* count = counts.data_ptr<std::int64_t>();
  std::int64_t present = 0, before = -1, gap_after = -1, gap_before = -1;
  for (std::int64_t label = 0; label <= greatest; ++label) {
    if (count[label] == 0) continue;
    if (label - before > gap_before - gap_after) {
      gap_after = before;
      gap_before = label;
    }
    before = label;
    ++present;
  }
  const std::int64_t missing = gap_before - gap_after - 1;
  if (missing < odd_gap && present * 2 >= greatest + 1) return;
  const std::string one = text(gap_before);
  fail(path + ": sample " + text(first_of(labels.eq(gap_before))) + " has the label " + one + " (" +
           text(count[gap_before]) + " of " + text(labels.size(0)) + " samples), but the labels " +
           text(gap_after + 1) + " to " + text(gap_before - 1) + " never occur",
       "leave out samples that " + one +
           " only marks, or number the classes from 0: "
           "numpy.unique(LABELS, return_inverse=True)[1]; if all are classes, say classes = " +
           text(greatest + 1));
}

}  // namespace

std::int64_t count_classes(const std::string& path, std::int64_t given) {
  const at::Tensor labels = flat(map_array(path), path);
  if (given > 0) return given;
  const auto least = labels.min().item<std::int64_t>(),
             greatest = labels.max().item<std::int64_t>();
  if (least < 0) {
    fail(path + ": has the label " + text(least) + " (sample " + text(first_of(labels.eq(least))) +
             ")",
         least > -most_classes ? "classes are numbered from 0: save "
                                 "numpy.unique(LABELS, return_inverse=True)[1] instead"
                               : "such a number is no class: mend the sample, or leave it out");
  }
  if (greatest >= most_classes) {
    fail(path + ": sample " + text(first_of(labels.eq(greatest))) + " has the label " +
             text(greatest) + "; there can be " + text(most_classes) + " classes at most",
         "mend the sample, or number the classes from 0: "
         "numpy.unique(LABELS, return_inverse=True)[1]");
  }
  if (least > 0) {
    fail(path + ": the labels are " + text(least) + " to " + text(greatest) +
             ", and the label 0 never occurs: classes are numbered from 0",
         "save LABELS - " + text(least) +
             "; if classes only lack samples, say classes = " + text(greatest + 1));
  }
  refuse_gaps(path, labels, greatest);
  return greatest + 1;
}

void check_labels(const at::Tensor& labels, const std::string& path, std::int64_t classes,
                  bool counted) {
  const at::Tensor all = flat(labels, path);
  const at::Tensor wrong = all.lt(0).logical_or(all.ge(classes));
  if (!wrong.any().item<bool>()) return;
  const auto at = first_of(wrong);
  const auto least = all.min().item<std::int64_t>(), greatest = all.max().item<std::int64_t>();
  std::string hint = "mend the sample, or leave it out";
  // Where they are held against others, all classes have to be there to say that they are shifted.
  const bool shifted =
      least > 0 && greatest - least < classes &&
      (!counted ||
       all.size(0) - std::get<0>(all.sort()).diff().eq(0).sum().item<std::int64_t>() == classes);
  if (shifted) {
    hint = std::string(counted ? "those of the training samples" : "classes") +
           " are numbered from 0: save LABELS - " + text(least) +
           (counted ? "; if there are more classes, say classes = " + text(greatest + 1) : "");
  } else if (least >= 0 && greatest < most_classes) {
    hint = std::string(!counted       ? ""
                       : classes == 1 ? "the training labels are all 0; "
                                      : "classes are counted in the training labels; ") +
           "if there are more, say classes = " + text(greatest + 1);
  }
  fail(path + ": sample " + text(at) + " has label " + text(all[at].item<std::int64_t>()) +
           ", expected 0 to " + text(classes - 1),
       hint);
}

}  // namespace npy
