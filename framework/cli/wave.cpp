// SPDX-License-Identifier: MIT
#include "picture/wave.hpp"

#include "apply/input.hpp"
#include "apply/predict.hpp"
#include "cli/command.hpp"
#include "cli/trained_run_arguments.hpp"
#include "core/diagnostics.hpp"
#include "core/files.hpp"
#include "core/interrupt.hpp"
#include "graph/flow_graph.hpp"
#include "picture/image.hpp"

#include <torch/types.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace glia::cli {
namespace {

namespace fs = std::filesystem;

struct WaveCommand {
  TrainedRunArguments trained;
  std::string input, out, head, wanted_class, split = "test";
  std::int64_t sample = -1;
};

/// One sample, what it is called and what it is.
struct Chosen {
  at::Tensor inputs;
  std::string name, source, truth{};
};

std::string truth_of(const SampleSpec& spec, const at::Tensor& targets) {
  if (spec.classes == 0) return {};
  return apply::class_names(spec).at(
      static_cast<std::size_t>(targets.view({-1})[0].item<std::int64_t>()));
}

/// The first sample of a class, or the one of a number.
Chosen from_data(const WaveCommand& arguments, const apply::TrainedRun& run,
                 const config::HeadNode& head) {
  const Split split = arguments.split == "train"        ? Split::train
                      : arguments.split == "validation" ? Split::validation
                                                        : Split::test;
  const std::string dataset = run.path(head).dataset->id;
  const auto data = run.open_data(dataset, split);
  const std::int64_t size = data.size(split);
  const auto read = [&](std::int64_t number) {
    return train::read_batch(data, split, at::full({1}, number, at::kLong));
  };
  std::int64_t number = std::max<std::int64_t>(0, arguments.sample);
  if (number >= size) {
    throw Error(ErrorCode::usage,
                fmt::format("there is no sample {}: the {} split of '{}' has {}", number,
                            arguments.split, dataset, size),
                fmt::format("give a number from 0 to {}", size - 1));
  }
  if (!arguments.wanted_class.empty()) {
    const auto names = apply::class_names(data.spec);
    if (data.spec.classes == 0 ||
        std::find(names.begin(), names.end(), arguments.wanted_class) == names.end()) {
      const std::string guess = did_you_mean(arguments.wanted_class, names);
      throw Error(ErrorCode::usage,
                  fmt::format("'{}' has no class '{}'", dataset, arguments.wanted_class),
                  !guess.empty()           ? guess
                  : data.spec.classes == 0 ? "its targets are numbers: choose by --sample"
                                           : "it has " + quoted_list(names));
    }
    number = 0;
    while (number < size && truth_of(data.spec, read(number).targets) != arguments.wanted_class) {
      ++number;
    }
    if (number == size) {
      throw Error(ErrorCode::usage,
                  fmt::format("no sample of the {} split of '{}' is a '{}'", arguments.split,
                              dataset, arguments.wanted_class),
                  "choose another split with --split");
    }
  }
  const auto batch = read(number);
  return {batch.inputs, fmt::format("sample {} of {}, {} split", number, dataset, arguments.split),
          dataset, truth_of(data.spec, batch.targets)};
}

Chosen from_file(const WaveCommand& arguments, const apply::TrainedRun& run,
                 const config::HeadNode& head) {
  const auto samples =
      apply::read_samples(arguments.input, run.data_spec(head), {}, run.columns(head));
  const std::int64_t number = std::max<std::int64_t>(0, arguments.sample);
  if (number >= samples.inputs.size(0)) {
    throw Error(ErrorCode::usage,
                fmt::format("there is no sample {}: {} has {}", number, arguments.input,
                            samples.inputs.size(0)),
                fmt::format("give a number from 0 to {}", samples.inputs.size(0) - 1));
  }
  const std::string file = fs::path(arguments.input).filename().string();
  return {samples.inputs.narrow(0, number, 1), fmt::format("sample {} of {}", number, file),
          arguments.input};
}

int draw(const WaveCommand& arguments, const Session& session) {
  const std::string ending = fs::path(arguments.out).extension().string();
  const std::vector<std::string> known{".svg", ".png", ".gif", ".html"};
  if (std::find(known.begin(), known.end(), ending) == known.end()) {
    throw Error(ErrorCode::usage, arguments.out + " ends in no format that can be drawn",
                "choose a name that ends in .svg or .png for a picture, .gif or .html for the wave "
                "row by row");
  }
  const auto folder = apply::find_run(arguments.trained.run);
  const auto& catalog = arguments.trained.plugins(folder, session);
  install_stop_signals();
  const graph::ThreadBudget budget(arguments.trained.threads);
  const apply::TrainedRun run(
      folder, catalog,
      {.chance = apply::Chance::none, .threads = budget.threads(), .stop = stop_requested});
  const auto& head = run.head(arguments.head);
  const Chosen chosen =
      arguments.input.empty() ? from_data(arguments, run, head) : from_file(arguments, run, head);
  auto wave = picture::wave_of(run, head, chosen.inputs, chosen.source);
  wave.title = fmt::format("{}, head {}", chosen.name, head.id);
  wave.truth = chosen.truth;
  if (ending == ".html") {
    write_file(arguments.out, picture::wave_page(wave));
    return ok;
  }
  const auto drawn = picture::draw_wave(wave);
  write_file(arguments.out, ending == ".svg"   ? drawn.drawing.file()
                            : ending == ".png" ? picture::png_of(drawn.drawing.file(), 1520)
                                               : picture::gif_of(drawn));
  return ok;
}

}  // namespace

void add_wave(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("wave", "Draw the rows of cells of a trained head for an input");
  auto a = std::make_shared<WaveCommand>();
  a->trained.add_to(*command);
  auto* input = command->add_option("INPUT", a->input,
                                    "A .npy, IDX, CSV or PNG file (default: the run's own data)");
  command
      ->add_option("-o,--out", a->out,
                   "File to write: .svg or .png, or row by row .gif or .html (with a slider)")
      ->type_name("FILE")
      ->required();
  auto* sample = command->add_option("--sample", a->sample, "Number of the sample, from 0")
                     ->check(CLI::NonNegativeNumber);
  command->add_option("--class", a->wanted_class, "The first sample of this class, by its name")
      ->excludes(sample)
      ->excludes(input);
  command->add_option("--split", a->split, "Of the run's own data (default: test)")
      ->check(CLI::IsMember({"train", "validation", "test"}))
      ->excludes(input);
  command->add_option("--head", a->head, "The head that answers, of several")->type_name("ID");
  command->callback(
      [a, &session] { session.action = [a, &session] { return draw(*a, session); }; });
}

}  // namespace glia::cli
