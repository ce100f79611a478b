// SPDX-License-Identifier: MIT
#include "apply/predict.hpp"

#include "apply/dataset_table.hpp"
#include "apply/input.hpp"
#include "apply/output.hpp"
#include "apply/sample_sets.hpp"
#include "cli/command.hpp"
#include "cli/trained_run_arguments.hpp"
#include "core/interrupt.hpp"
#include "core/output.hpp"
#include "core/own_output.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glia::cli {
namespace {

struct PredictCommand {
  TrainedRunArguments trained;
  std::string input, out, head;
  double divide_by = 0;
  bool rows = false, json = false;
};

/// What the run's own data set divides numbers by, and what was asked for.
apply::Scaling scaling_of(const PredictCommand& arguments, const apply::TrainedRun& run,
                          const config::HeadNode& head) {
  if (arguments.divide_by > 0) return {arguments.divide_by, arguments.divide_by};
  const auto& values = run.path(head).dataset->use.values;
  const auto own = values.find("divide_by");
  if (own == values.end()) return {};
  const auto* number = std::get_if<double>(&own->second);
  return number ? apply::Scaling{*number, *number} : apply::Scaling{};
}

apply::Format format_of(const PredictCommand& arguments) {
  if (arguments.out.empty()) return arguments.json ? apply::Format::json : apply::Format::csv;
  const auto format = apply::format_of(arguments.out);
  if (!arguments.json || format == apply::Format::json) return format;
  throw Error(ErrorCode::usage,
              fmt::format("--json asks for JSON, and {} ends in another format", arguments.out),
              "give -o FILE.json, or leave out one of the two");
}

int predict(const PredictCommand& arguments, const Session& session) {
  const auto format = format_of(arguments);
  install_stop_signals();
  OpenedRun run(arguments.trained, session);
  if (!arguments.out.empty()) {
    auto inputs = input_files(run->spec());
    inputs.emplace_back(arguments.input, "the file of the samples");
    require_no_input(arguments.out, inputs);
  }
  const auto start = std::chrono::steady_clock::now();
  std::string dataset = run->path(run->head(arguments.head)).dataset->id;
  apply::Samples samples;
  std::optional<train::LoadedData> data;
  if (const auto table = apply::dataset_table(arguments.input)) {
    run.reopen({fmt::format("dataset.{}={}", dataset, *table)});
    if (!arguments.out.empty()) require_no_input(arguments.out, input_files(run->spec()));
    data = run->open_data(dataset, Split::test);
  } else {
    const auto& head = run->head(arguments.head);
    const SampleSpec& spec = run->data_spec(head);
    samples = apply::read_samples(arguments.input, spec, scaling_of(arguments, *run, head),
                                  run->columns(head));
    apply::require_takes(*run, head, samples.inputs, arguments.input);
    data = train::LoadedData{dataset, std::make_shared<apply::GivenSamples>(spec, samples.inputs),
                             spec};
  }
  const auto found = apply::predict(*run, run->head(arguments.head), *data, Split::test);
  const auto text = apply::write_predictions(found, format, samples.names, arguments.rows);
  if (arguments.out.empty()) {
    put(text);
    return ok;
  }
  write_output(arguments.out, text);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  std::fprintf(stderr, "%lld samples in %.2f s: %s\n",
               static_cast<long long>(found.answers.size(0)), spent.count(), arguments.out.c_str());
  return ok;
}

}  // namespace

void add_predict(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("predict", "Let a trained head answer to new samples");
  auto a = std::make_shared<PredictCommand>();
  a->trained.add_to(*command);
  command
      ->add_option("INPUT", a->input,
                   "A .npy, IDX (also .gz), CSV or PNG file, a folder of PNG pictures, or a data "
                   "set: '{ plugin = \"mnist\" }', FILE.toml")
      ->required();
  command
      ->add_option("-o,--out", a->out,
                   "File for the answers: .csv, .npy or .json (default: CSV on stdout)")
      ->type_name("FILE");
  command->add_option("--head", a->head, "The head that answers, of several")->type_name("ID");
  command
      ->add_option("--divide-by", a->divide_by,
                   "What numbers are divided by (default: as the run's data set does; bytes and "
                   "pixels by 255)")
      ->check(CLI::Range(1e-30, 1e30));
  command->add_flag("--json", a->json, "JSON instead of CSV on stdout");
  command->add_flag("--rows", a->rows, "Add the last row of cells");
  command->callback(
      [a, &session] { session.action = [a, &session] { return predict(*a, session); }; });
}

}  // namespace glia::cli
