// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace glia::apply {

/// What the arguments of `glia evaluate RUN [key=value...]` ask for.
struct Wish {
  Split split = Split::test;
  std::vector<std::string> changes{};  ///< of the pipeline
  std::string episodes{};              ///< of policies: how many they play; empty: as in the run
  std::vector<std::string> lesions{};  ///< networks that carry nothing on any more
  /// How settings end that follow from an argument, and the argument as it was typed.
  std::vector<std::pair<std::string, std::string>> typed{};
};

/// An error about a setting that nobody typed, as one about the argument that it follows from.
Error as_typed(const Error& error, const Wish& wish);

/// Takes out `split=NAME`, `episodes=N` and `lesion=NETWORK,...`. Error (usage) for words that are no `key=value`, for a split that is
/// none, and for settings that only mean something while a network is trained.
Wish read_wish(const std::vector<std::string>& arguments);

/// How changes begin that hold for every head: "damage.weight_noise=[0.1]".
inline constexpr const char* of_all_heads = "damage.";

/// Whether files of this data set are named by the changes, so that relative paths are seen from
/// the folder in which glia runs, and not from the one in which the run was started.
bool seen_from_here(const std::string& dataset, const std::vector<std::string>& changes);

/// Works in another folder while it lives, if there is such a folder. [main thread]
class WorkingFolder {
 public:
  explicit WorkingFolder(const std::string& folder);
  WorkingFolder(const WorkingFolder&) = delete;
  ~WorkingFolder();

 private:
  std::filesystem::path before_;
};

}  // namespace glia::apply
