// SPDX-License-Identifier: MIT
#include "picture/wave.hpp"

#include "cli/chosen_samples.hpp"
#include "cli/command.hpp"
#include "cli/trained_run_arguments.hpp"
#include "compile/picture.hpp"
#include "compile/ways.hpp"
#include "core/diagnostics.hpp"
#include "core/files.hpp"
#include "core/interrupt.hpp"
#include "core/output.hpp"
#include "core/own_output.hpp"
#include "picture/image.hpp"

#include <ATen/ATen.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

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
  SampleArguments samples;
  std::string out, head, ways;
  picture::WaveWish wish;
};

constexpr std::size_t most_ways = 160;  // that can be told apart

/// The ways of a compiled network as steps of the head's path. Error (usage) unless the head hears
/// that network, and it alone.
std::vector<picture::WaveWay> ways_over(const picture::Wave& wave, const apply::TrainedRun& run,
                                        const config::HeadNode& head, const std::string& folder,
                                        const Catalog& catalog) {
  const auto found = compile::ways_in(folder, catalog);
  const auto& path = run.path(head);
  const auto fail = [&](const std::string& what) {
    throw Error(ErrorCode::usage, fmt::format("--ways {}: {}", folder, what),
                fmt::format("draw a run of {}/pipeline.toml, or of one that trains it on", folder));
  };
  if (path.networks.size() != 1 || path.networks[0]->id != found.node || path.heard[0].join) {
    fail(fmt::format("head '{}' does not hear the network '{}' alone", head.id, found.node));
  }
  for (std::size_t r = 0; r < found.steps.size(); ++r) {
    const bool fits = std::any_of(wave.rows.begin(), wave.rows.end(), [&](const auto& row) {
      return row.step == found.steps[r] && row.shape.cells() == found.widths[r];
    });
    if (!fits) fail(fmt::format("row {} of the run is not as wide as there", found.steps[r]));
  }
  if (found.ways.empty()) fail("its cells mix what they carry, so that there are no single ways");
  if (found.ways.size() > most_ways) {
    fail(fmt::format("{} ways are too many to tell apart: {} at most", found.ways.size(),
                     most_ways));
  }
  std::vector<picture::WaveWay> ways;
  for (std::size_t k = 0; k < found.ways.size(); ++k) {
    picture::WaveWay way{.weight = found.ways[k].weight,
                         .color = compile::color_of(k, found.ways.size())};
    for (const auto& spot : found.ways[k].spots) {
      if (spot.row == found.ways[k].crossing.row) way.crossing = way.cells.size();
      // It begins at the row that its layer hears: behind the activation of the one before.
      const std::size_t step =
          way.cells.empty() ? found.steps.at(spot.row + 1) - 1 : found.steps.at(spot.row);
      way.cells.emplace_back(step, spot.cell);
    }
    ways.push_back(std::move(way));
  }
  return ways;
}

/// "sample 3", "samples 1, 2, 3", "the first of bag, boot".
std::string title_of(const ChosenSamples& chosen, const std::string& head,
                     const picture::WaveWish& wish) {
  std::vector<std::string> names;
  for (const auto& name : chosen.names) {
    names.push_back(name.starts_with("sample ") ? name.substr(7) : name);
  }
  return fmt::format("{}, n = {} ({} {}): values of head {}{}, without chance", chosen.of,
                     names.size(), names.size() == 1 ? "sample" : "samples", fmt::join(names, ", "),
                     head, wish.saliency ? ", saliency" : "");
}

void require_ending(const std::string& file) {
  const std::string ending = fs::path(file).extension().string();
  const std::vector<std::string> known{".svg", ".png", ".gif", ".html"};
  if (std::find(known.begin(), known.end(), ending) != known.end()) return;
  throw Error(ErrorCode::usage, file + " ends in no format that can be drawn",
              "choose a name that ends in .svg or .png for a picture, .gif or .html for the wave "
              "row by row");
}

/// The numbers stand beside the picture under a name that nobody gave.
fs::path numbers_beside(const fs::path& out) {
  fs::path numbers = out;
  numbers += ".numbers.csv";  // of w.svg and w.png, which may show different samples
  require_own(numbers, picture::wave_csv_header, out);
  return numbers;
}

void write_wave(const picture::Wave& wave, const fs::path& out, const fs::path& numbers) {
  const std::string ending = out.extension().string();
  if (ending == ".html") {
    write_output(out, picture::wave_page(wave));
  } else {
    const auto drawn = picture::draw_wave(wave);
    const auto across = static_cast<int>(std::min(2 * drawn.width, 4000.0));
    write_output(out, ending == ".svg"   ? drawn.drawing.file()
                      : ending == ".png" ? picture::png_of(drawn.drawing.file(), across)
                                         : picture::gif_of(drawn));
  }
  write_file(numbers, picture::wave_csv(wave));
  print("%s\nnumbers: %s\n", out.c_str(), numbers.c_str());
}

int draw(const WaveCommand& arguments, const Session& session) {
  require_ending(arguments.out);
  const fs::path numbers = numbers_beside(arguments.out);
  install_stop_signals();
  const OpenedRun opened(arguments.trained, session);
  const apply::TrainedRun& run = *opened;
  auto inputs = input_files(run.spec());
  inputs.emplace_back(arguments.samples.input, "the file of the samples");
  require_no_input(arguments.out, inputs);
  const auto& head = run.head(arguments.head);
  const ChosenSamples chosen = choose_samples(arguments.samples, run, head);
  picture::WaveWish wish = arguments.wish;
  wish.saliency = wish.saliency || !wish.saliency_of.empty();
  auto wave = picture::wave_of(run, head, chosen.inputs, chosen.source, wish);
  wave.title = title_of(chosen, head.id, wish);
  for (std::size_t i = 0; i < wave.samples.size(); ++i) {
    wave.samples[i].name = chosen.names[i];
    wave.samples[i].truth = chosen.truths[i];
  }
  if (!arguments.ways.empty()) {
    wave.ways = ways_over(wave, run, head, arguments.ways, opened.catalog());
  }
  write_wave(wave, arguments.out, numbers);
  return ok;
}

}  // namespace

void add_wave(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("wave", "Draw the rows of cells of a trained head for some inputs");
  auto a = std::make_shared<WaveCommand>();
  a->trained.add_to(*command);
  a->samples.add_to(*command);
  command
      ->add_option("-o,--out", a->out,
                   "File to write: .svg or .png, or row by row .gif or .html (with a slider); the "
                   "numbers stand beside it, in FILE.numbers.csv")
      ->type_name("FILE")
      ->required();
  command->add_option("--head", a->head, "The head that answers, of several")->type_name("ID");
  command->add_flag("--saliency", a->wish.saliency,
                    "Also how the answer moves with each number of the input and each latent: the "
                    "gradient of its log probability");
  command
      ->add_option("--saliency-of", a->wish.saliency_of,
                   "The same of this class (of a regression: the number of the value)")
      ->type_name("NAME");
  command
      ->add_option("--ways", a->ways,
                   "Draw over the cells the ways of the connections that glia compile -o DIR has "
                   "planned; RUN is a run of DIR/pipeline.toml")
      ->type_name("DIR");
  command->callback(
      [a, &session] { session.action = [a, &session] { return draw(*a, session); }; });
}

}  // namespace glia::cli
