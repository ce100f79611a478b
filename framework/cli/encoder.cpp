// SPDX-License-Identifier: MIT
#include "picture/encoder.hpp"

#include "cli/chosen_samples.hpp"
#include "cli/command.hpp"
#include "cli/trained_run_arguments.hpp"
#include "cli/whole_number.hpp"
#include "core/diagnostics.hpp"
#include "core/files.hpp"
#include "core/interrupt.hpp"
#include "core/log.hpp"
#include "core/made_folder.hpp"
#include "core/output.hpp"
#include "core/own_output.hpp"
#include "picture/image.hpp"

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace glia::cli {
namespace {

namespace fs = std::filesystem;

struct EncoderCommand {
  TrainedRunArguments trained;
  std::string encoder, folder, split = "test";
  std::int64_t samples = 10, points = 2000, draws = 20;
  std::optional<std::uint64_t> seed;
};

/// The encoder of this id; "": the only one. Error (usage) lists those that there are.
const config::EncoderNode& encoder_of(const apply::TrainedRun& run, const std::string& id) {
  std::vector<std::string> known;
  for (const auto& node : run.spec().encoders) {
    known.push_back(node.id);
    if (node.id == id) return node;
  }
  if (id.empty() && known.size() == 1) return run.spec().encoders.front();
  if (id.empty()) {
    throw Error(ErrorCode::usage, "the run has several encoders: " + quoted_list(known),
                "choose one: --encoder " + known.front());
  }
  const std::string guess = did_you_mean(id, known);
  throw Error(ErrorCode::usage, fmt::format("the run has no encoder '{}'", id),
              guess.empty() ? "it has " + quoted_list(known) : guess);
}

/// Figures are called what they are called: in a folder that this command has not filled before they
/// replace nothing.
void require_own_folder(const fs::path& folder) {
  constexpr const char* not_ours = "\x01";  // no figure begins so
  std::error_code ignored;
  const fs::path table = folder / "latents.csv";
  if (fs::exists(table, ignored)) return require_own(table, picture::latents_csv_header, folder);
  for (const char* name : {"map", "reconstructions", "features", "prior"}) {
    for (const char* ending : {".svg", ".csv", ".png"}) {
      require_own(folder / fmt::format("{}{}", name, ending), not_ours, folder);
    }
  }
}

void write_figure(const picture::Figure& figure, MadeFolder& folder) {
  const std::string svg = figure.drawing.file();
  const fs::path first = folder.file(figure.name + ".svg"),
                 table = folder.file(figure.name + ".csv");
  // Figures may have been added, and a table of that name may be anybody's.
  require_own(table, figure.csv.substr(0, figure.csv.find('\n') + 1), table.parent_path());
  write_file(first, svg);
  write_file(table, figure.csv);
  write_file(folder.file(figure.name + ".png"), picture::png_of(svg));
  print("%s, .png and .csv\n", first.c_str());
}

/// All figures that there can be of it.
void write_all(const picture::EncoderView& view, const EncoderCommand& arguments,
               std::uint64_t seed, MadeFolder& out) {
  write_figure(picture::latent_map(view), out);
  const fs::path table = out.file("latents.csv");
  write_file(table, picture::latents_csv(view));
  print("%s\n", table.c_str());
  if (!view.decoder) {
    log().warn(
        "{} cannot go back from latents to inputs (its plugin has no decoder): there are no "
        "reconstructions, no samples from a prior and no picture of what a latent stands for",
        view.name);
    return;
  }
  write_figure(picture::reconstructions(view, arguments.samples), out);
  write_figure(picture::latent_steps(view), out);
  if (!view.decoder->prior_deviation().defined()) {
    log().warn(
        "{} says nothing of its latents before an input is seen: there are no samples from a "
        "prior",
        view.name);
    return;
  }
  write_figure(picture::prior_samples(view, arguments.draws, seed), out);
}

int draw(const EncoderCommand& arguments, const Session& session) {
  require_own_folder(arguments.folder);
  install_stop_signals();
  const OpenedRun opened(arguments.trained, session);
  const apply::TrainedRun& run = *opened;
  const auto& node = encoder_of(run, arguments.encoder);
  const auto view = picture::view_of(run, node, split_of(arguments.split),
                                     std::max(arguments.points, arguments.samples));
  MadeFolder out(arguments.folder);
  write_all(view, arguments, arguments.seed.value_or(run.spec().seed), out);
  out.keep();
  return ok;
}

}  // namespace

void add_encoder(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "encoder", "Draw what a trained encoder makes of samples, and what its latents stand for");
  auto a = std::make_shared<EncoderCommand>();
  a->trained.add_to(*command);
  command
      ->add_option(
          "-o,--out", a->folder,
          "Folder for the figures: map, reconstructions, features and prior, each with its "
          "numbers as CSV; and latents.csv")
      ->type_name("DIR")
      ->required();
  command->add_option("--encoder", a->encoder, "The encoder, of several")->type_name("ID");
  command->add_option("--split", a->split, "Of the run's own data (default: test)")
      ->check(CLI::IsMember({"train", "validation", "test"}));
  command
      ->add_option("--samples", a->samples, "Inputs that are reconstructed: the first of the split")
      ->check(CLI::Range(1, 24))
      ->capture_default_str();
  command
      ->add_option("--points", a->points,
                   "Samples on the map and behind the deviations: the first of the split")
      ->check(CLI::Range(2, 100'000))
      ->capture_default_str();
  command->add_option("--draws", a->draws, "Samples from the prior")
      ->check(CLI::Range(1, 400))
      ->capture_default_str();
  command->add_option("--seed", a->seed, "Of the draws from the prior (default: the pipeline's)")
      ->check(whole_number());
  command->callback(
      [a, &session] { session.action = [a, &session] { return draw(*a, session); }; });
}

}  // namespace glia::cli
