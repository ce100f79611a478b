// SPDX-License-Identifier: MIT
#include "cli/chosen_samples.hpp"

#include "apply/input.hpp"
#include "apply/predict.hpp"
#include "core/diagnostics.hpp"
#include "train/samples.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace glia::cli {
namespace {

constexpr std::size_t most_samples = 24;

std::string truth_of(const SampleSpec& spec, const at::Tensor& targets, std::int64_t place) {
  if (spec.classes == 0) return {};
  const auto label = targets.view({targets.size(0)})[place].item<std::int64_t>();
  return apply::class_names(spec).at(static_cast<std::size_t>(label));
}

[[noreturn]] void no_sample(std::int64_t number, const std::string& where, std::int64_t size) {
  throw Error(ErrorCode::usage,
              fmt::format("there is no sample {}: {} has {}", number, where, size),
              fmt::format("give a number from 0 to {}", size - 1));
}

void require_class(const std::string& name, const SampleSpec& spec, const std::string& dataset) {
  const auto names = apply::class_names(spec);
  if (spec.classes > 0 && std::find(names.begin(), names.end(), name) != names.end()) return;
  const std::string guess = did_you_mean(name, names);
  throw Error(ErrorCode::usage, fmt::format("'{}' has no class '{}'", dataset, name),
              !guess.empty()      ? guess
              : spec.classes == 0 ? "its targets are numbers: choose by --sample"
                                  : "it has " + quoted_list(names));
}

/// The numbers of the first sample of each class, in the order of `classes`.
std::vector<std::int64_t> first_of(const std::vector<std::string>& classes,
                                   const train::LoadedData& data, Split split) {
  constexpr std::int64_t piece = 500;
  for (const auto& name : classes) require_class(name, data.spec, data.id);
  const auto names = apply::class_names(data.spec);
  std::map<std::string, std::int64_t> first;
  const std::int64_t size = data.size(split);
  for (std::int64_t from = 0; from < size && first.size() < names.size(); from += piece) {
    const auto batch =
        train::read_batch(data, split, at::arange(from, std::min(from + piece, size), at::kLong));
    const at::Tensor labels = batch.targets.view({batch.targets.size(0)});
    for (std::int64_t i = 0; i < labels.size(0); ++i) {
      first.emplace(names.at(static_cast<std::size_t>(labels[i].item<std::int64_t>())), from + i);
    }
  }
  std::vector<std::int64_t> numbers;
  for (const auto& name : classes) {
    if (first.count(name) == 0) {
      throw Error(ErrorCode::usage,
                  fmt::format("no sample of the {} split of '{}' is a '{}'", split_name(split),
                              data.id, name),
                  "choose another split with --split");
    }
    numbers.push_back(first.at(name));
  }
  return numbers;
}

ChosenSamples from_data(const SampleArguments& arguments, const apply::TrainedRun& run,
                        const config::HeadNode& head) {
  const Split split = split_of(arguments.split);
  const std::string dataset = run.path(head).dataset->id;
  const auto data = run.open_data(dataset, split);
  const auto numbers =
      arguments.classes.empty() ? arguments.numbers : first_of(arguments.classes, data, split);
  const std::int64_t size = data.size(split);
  for (const auto number : numbers) {
    if (number >= size) {
      no_sample(number, fmt::format("the {} split of '{}'", arguments.split, dataset), size);
    }
  }
  const auto batch = train::read_batch(data, split, at::tensor(numbers, at::kLong));
  ChosenSamples chosen{.inputs = batch.inputs, .source = dataset};
  chosen.of = fmt::format("{}, {} split", dataset, arguments.split);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    chosen.names.push_back(fmt::format("sample {}", numbers[i]));
    chosen.truths.push_back(truth_of(data.spec, batch.targets, static_cast<std::int64_t>(i)));
  }
  return chosen;
}

ChosenSamples from_file(const SampleArguments& arguments, const apply::TrainedRun& run,
                        const config::HeadNode& head) {
  const auto samples =
      apply::read_samples(arguments.input, run.data_spec(head), {}, run.columns(head));
  ChosenSamples chosen{.inputs = {}, .source = arguments.input};
  chosen.of = std::filesystem::path(arguments.input).filename().string();
  for (const auto number : arguments.numbers) {
    if (number >= samples.inputs.size(0)) {
      no_sample(number, arguments.input, samples.inputs.size(0));
    }
    const auto place = static_cast<std::size_t>(number);
    chosen.names.push_back(place < samples.names.size() ? samples.names[place]
                                                        : fmt::format("sample {}", number));
    chosen.truths.emplace_back();
  }
  chosen.inputs =
      samples.inputs.index_select(0, at::tensor(arguments.numbers, at::kLong)).contiguous();
  return chosen;
}

}  // namespace

Split split_of(const std::string& name) {
  return name == "train" ? Split::train : name == "validation" ? Split::validation : Split::test;
}

void SampleArguments::add_to(CLI::App& command) {
  auto* file = command.add_option("INPUT", input,
                                  "A .npy, IDX, CSV or PNG file (default: the run's own data)");
  auto* sample =
      command.add_option("--sample", numbers, "Number of the sample, from 0; several: 1,2,3")
          ->type_name("N,...")
          ->check([](const std::string& text) {
            const bool number = text.find_first_not_of("0123456789") == std::string::npos;
            return number && text.size() <= 18 ? std::string()
                                               : "give numbers from 0, such as 1,2,3";
          })
          ->delimiter(',')
          ->allow_extra_args(false);
  command
      .add_option("--class", classes,
                  "The first sample of this class, by its name; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->excludes(sample)
      ->excludes(file);
  command.add_option("--split", split, "Of the run's own data (default: test)")
      ->check(CLI::IsMember({"train", "validation", "test"}))
      ->excludes(file);
}

ChosenSamples choose_samples(const SampleArguments& given, const apply::TrainedRun& run,
                             const config::HeadNode& head) {
  SampleArguments arguments = given;
  if (arguments.numbers.empty() && arguments.classes.empty()) arguments.numbers = {0};
  const std::size_t count = std::max(arguments.numbers.size(), arguments.classes.size());
  if (count > most_samples) {
    throw Error(ErrorCode::usage,
                fmt::format("{} samples are too many to stand side by side", count),
                fmt::format("choose at most {}", most_samples));
  }
  return arguments.input.empty() ? from_data(arguments, run, head)
                                 : from_file(arguments, run, head);
}

}  // namespace glia::cli
