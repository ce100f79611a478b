// SPDX-License-Identifier: MIT
#include "graph/data_remarks.hpp"

#include <glia/sdk/picture.hpp>
#include <glia/sdk/remarks.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string_view>
#include <variant>

namespace glia::graph {
namespace fs = std::filesystem;
namespace {

/// What is in a file or a folder of pictures; "" if it is none, or cannot be read.
std::string content_of(const std::string& path) {
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) return identity_of_file(path);
  return fs::is_directory(path, ignored) ? identity_of_pictures(path) : std::string();
}

/// Whether two parameters, `train_...` and `test_...`, name the same, or what is equal in content.
/// Targets may well be equal where samples are not, so all that is named so has to be.
bool tests_on_training_files(const ValueMap& values) {
  constexpr std::string_view train = "train_", test = "test_";
  bool any = false;
  for (const auto& [name, value] : values) {
    const auto* file = std::get_if<std::string>(&value);
    if (!file || file->empty() || !name.starts_with(train)) continue;
    const auto other = values.find(std::string(test) + name.substr(train.size()));
    const auto* same = other == values.end() ? nullptr : std::get_if<std::string>(&other->second);
    if (!same) continue;
    std::error_code ignored;
    if (*same != *file && !fs::equivalent(*file, *same, ignored)) {
      const std::string content = content_of(*file);
      if (content.empty() || content != content_of(*same)) return false;
    }
    any = true;
  }
  return any;
}

}  // namespace

std::vector<std::string> data_remarks(const config::DatasetNode& node, const Dataset* opened) {
  std::vector<std::string> all;
  if (!node.use.plugin) return all;
  if (tests_on_training_files(node.use.values)) {
    all.push_back(
        fmt::format("data set '{}' is tested on the samples that it is trained on: what "
                    "its test says tells nothing of new samples",
                    node.id));
  }
  const auto made = opened ? nullptr : node.use.plugin->descriptor->make_dataset(node.use.values);
  const auto* remarks = dynamic_cast<const Remarks*>(opened ? opened : made.get());
  if (!remarks) return all;
  for (const auto& text : remarks->remarks()) {
    all.push_back(fmt::format("data set '{}': {}", node.id, text));
  }
  return all;
}

}  // namespace glia::graph
