// SPDX-License-Identifier: MIT
#include "compile/compile.hpp"

#include "cli/command.hpp"
#include "cli/whole_number.hpp"
#include "compile/construct.hpp"
#include "compile/depths.hpp"
#include "compile/errors.hpp"
#include "compile/modes.hpp"
#include "compile/pruned.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"
#include "core/output.hpp"
#include "plugin/registry.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glia::cli {
namespace {

struct CompileCommand {
  compile::Request request;
  compile::ConstructRequest construct;
  std::optional<std::int64_t> depths;
  std::vector<std::string> errors, pruned;
  std::string folder, verified;
  bool no_placement = false, json = false;
};

int verify(const CompileCommand& arguments, const Session& session) {
  if (!arguments.request.networks.empty() || !arguments.folder.empty()) {
    throw Error(ErrorCode::usage, "--verify DIR stands alone",
                "it proves what glia compile NETWORK -o DIR has left behind");
  }
  const auto& catalog = plugin::load_plugins(session.plugin_path);
  const auto failures = compile::verify(arguments.verified, catalog);
  if (failures.empty()) {
    print("%s: the matrix computes what it is said to, as proof.json states\n",
          arguments.verified.c_str());
    return ok;
  }
  for (const std::string& failure : failures) {
    print("%s: %s\n", arguments.verified.c_str(), failure.c_str());
  }
  return run_failed;
}

int construct(const CompileCommand& arguments, const Session& session) {
  if (!arguments.request.networks.empty() || arguments.folder.empty()) {
    throw Error(ErrorCode::usage, "--construct NAME needs -o DIR and no network",
                "glia compile --construct square --size 8 -o DIR");
  }
  compile::ConstructRequest request = arguments.construct;
  request.folder = arguments.folder;
  request.seed = arguments.request.seed;
  put(json_text(compile::construct(request, plugin::load_plugins(session.plugin_path)), 2) + '\n');
  return ok;
}

/// --depths, --errors and --pruned: studies of matrices, which leave a table and figures.
int study(const CompileCommand& arguments) {
  if (!arguments.request.networks.empty() || arguments.folder.empty()) {
    throw Error(ErrorCode::usage, "a study needs -o DIR and no network",
                "glia compile --depths 30 -o DIR, glia compile --errors DIR... -o DIR or glia "
                "compile --pruned DIR... -o DIR");
  }
  if (!arguments.errors.empty()) {
    compile::compare_errors(arguments.errors, arguments.folder);
    print("%s/errors.csv, and a figure for each construction\n", arguments.folder.c_str());
    return ok;
  }
  if (!arguments.pruned.empty()) {
    compile::compare_pruned(arguments.pruned, arguments.folder);
    print("%s/pruned.csv and pruned.svg\n", arguments.folder.c_str());
    return ok;
  }
  const auto all = compile::depths(
      {.widest = *arguments.depths, .seed = arguments.request.seed, .folder = arguments.folder});
  print("%s/depths.csv and depths.svg: %zu widths and modes\n", arguments.folder.c_str(),
        all.size());
  return ok;
}

void print_result(const compile::Result& result, const CompileCommand& arguments) {
  const compile::Proof& proof = result.proof;
  print("%s: %lld connections as %lld rows of %lld cells, at most %lld side by side\n",
        arguments.folder.c_str(), static_cast<long long>(proof.connections),
        static_cast<long long>(proof.rows), static_cast<long long>(proof.cells),
        static_cast<long long>(proof.widest));
  print("bounds: locality %lld rows, counting %lld\n", static_cast<long long>(proof.locality_bound),
        static_cast<long long>(proof.counting_bound));
  if (!proof.placement.empty()) print("placement: %s\n", proof.placement.c_str());
  std::string weights = "every weight comes through within the mode's tolerance";
  if (proof.exact) weights = "every weight comes through to the bit";
  if (proof.pruned_from > 0) {
    weights = fmt::format(
        "of {} rows, so it is the network no longer: a weight misses by up to {:.2e} of its "
        "layer's greatest, {} labels are the network's",
        proof.pruned_from, proof.identity_error, proof.equal_labels);
  }
  print("proof: %s; over %lld random inputs off by at most %.2e (float32: %.2e)\n", weights.c_str(),
        static_cast<long long>(proof.inputs_tried), proof.max_error, proof.max_error_float32);
  print("compiled in %.2f s, proved in %.2f s\n", result.seconds_to_compile,
        result.seconds_to_prove);
  if (!result.picture.empty()) print("picture: %s\n", result.picture.c_str());
}

int run(const CompileCommand& arguments, const Session& session) {
  if (!arguments.verified.empty()) return verify(arguments, session);
  if (!arguments.construct.name.empty()) return construct(arguments, session);
  if (arguments.depths || !arguments.errors.empty() || !arguments.pruned.empty()) {
    return study(arguments);
  }
  if (arguments.request.networks.empty()) {
    throw Error(ErrorCode::usage, "the network is missing",
                "glia compile NETWORK -o DIR: a run folder, a JSON file, a .safetensors file, or "
                ".npy files");
  }
  if (arguments.folder.empty()) {
    throw Error(ErrorCode::usage, "the folder for the result is missing", "give it with -o DIR");
  }
  compile::Request request = arguments.request;
  request.folder = arguments.folder;
  request.place = !arguments.no_placement;
  const auto result = compile::compile_network(request, plugin::load_plugins(session.plugin_path));
  if (const auto& proof = result.proof; request.rows > proof.rows && proof.pruned_from == 0) {
    log().warn("--rows {} leaves nothing out: the whole matrix has {} rows", request.rows,
               proof.rows);
  }
  if (arguments.json) {
    put(json_text(compile::to_json(result.proof), 2) + '\n');
  } else {
    print_result(result, arguments);
  }
  return ok;
}

/// "NAME: what it is; NAME: ..." of all that are registered.
template <class Entry>
std::string choices_text() {
  std::string text;
  for (const auto* entry : Registry<Entry>::all().entries()) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", entry->name, entry->doc);
  }
  return text;
}

/// What is asked of no network: constructions, and figures of what earlier calls left.
void add_without_network(CLI::App& command, CompileCommand& arguments) {
  command
      .add_option("--construct", arguments.construct.name,
                  "No network, but a matrix that approximates a function: " +
                      choices_text<compile::ConstructionEntry>())
      ->type_name("NAME");
  command.add_option("--size", arguments.construct.size, "Steps or pieces of a construction")
      ->capture_default_str();
  command
      .add_option("--depths", arguments.depths,
                  "No network, but random ones 2 .. N neurons wide: their rows by every mode, and "
                  "the bounds, as a table and a figure")
      ->type_name("N");
  command
      .add_option("--errors", arguments.errors,
                  "Figures of error against cells, rows and connections of the constructions in "
                  "these folders, beside what their trained.toml came to (in DIR/trained)")
      ->type_name("DIR");
  command
      .add_option("--pruned", arguments.pruned,
                  "Figure of accuracy against rows of the matrices with --rows in these folders, "
                  "of what their sweeps (in DIR/trained) came to")
      ->type_name("DIR");
}

}  // namespace

void add_compile(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "compile", "Turn a network of dense layers into an astrocyte matrix, with a proof");
  auto arguments = std::make_shared<CompileCommand>();
  compile::Request& request = arguments->request;
  command
      ->add_option("NETWORK", request.networks,
                   "A run folder, a JSON file, a .safetensors file, or .npy matrices in order")
      ->type_name("NETWORK");
  command->add_option("-o,--out", arguments->folder, "Folder for the result")->type_name("DIR");
  command->add_option("--verify", arguments->verified, "Prove what an earlier call left in DIR")
      ->type_name("DIR");
  command->add_option("--mode", request.mode, choices_text<compile::ModeEntry>())
      ->capture_default_str();
  auto* strict = command->add_flag(
      "--strict", request.strict, "A ReLU in every row, through resting levels (networks of relu)");
  const CLI::Validator size(
      [](std::string& text) {
        double number = 0;
        const bool good =
            CLI::detail::lexical_cast(text, number) && number >= 1e-6 && number <= 1e6;
        return good ? std::string() : fmt::format("'{}' is no number from 1e-6 to 1e6", text);
      },
      "");
  command->add_option("--box", request.box, "With --strict: inputs lie within -BOX .. BOX")
      ->check(size)
      ->needs(strict)
      ->capture_default_str();
  command->add_option("--seed", request.seed, "Seed of the placement and of the random inputs")
      ->check(whole_number())
      ->capture_default_str();
  command->add_flag("--no-placement", arguments->no_placement,
                    "Leave the neurons of sparse networks in their order");
  command
      ->add_option("--rows", request.rows,
                   "With --mode rotations: leave N rows, taking the others one by one where the "
                   "weights suffer least; what is left can be trained on")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}));
  command->add_option("--head", request.reading.head, "Of a run: the head whose network it is")
      ->type_name("ID");
  command
      ->add_option("--activation", request.reading.activation,
                   "Between the layers of files that do not say")
      ->type_name("NAME");
  add_without_network(*command, *arguments);
  command->add_flag("--json", arguments->json, "Print the proof as JSON");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return run(*arguments, session); };
  });
}

}  // namespace glia::cli
