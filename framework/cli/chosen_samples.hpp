// SPDX-License-Identifier: MIT
#pragma once

#include "apply/trained_run.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace glia::cli {

/// Which samples a picture is to show: of the run's own data, by number or class, or of a file.
struct SampleArguments {
  std::string input, split = "test";
  std::vector<std::int64_t> numbers;
  std::vector<std::string> classes;

  void add_to(CLI::App& command);
};

/// Samples, what each is called and what it is.
struct ChosenSamples {
  at::Tensor inputs;                  ///< [N, features]
  std::vector<std::string> names{};   ///< "sample 3"
  std::vector<std::string> truths{};  ///< class names; "" where not known
  std::string source{};               ///< what messages call them
  std::string of{};                   ///< "clothing, test split"
};

/// Error (usage) says what there is instead of what was asked for.
ChosenSamples choose_samples(const SampleArguments& arguments, const apply::TrainedRun& run,
                             const config::HeadNode& head);

/// The split of this name.
Split split_of(const std::string& name);

}  // namespace glia::cli
