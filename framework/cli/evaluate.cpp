// SPDX-License-Identifier: MIT
#include "apply/evaluate.hpp"

#include "apply/changes.hpp"
#include "apply/play.hpp"
#include "cli/command.hpp"
#include "cli/trained_run_arguments.hpp"
#include "core/interrupt.hpp"
#include "core/output.hpp"

#include <memory>
#include <string>
#include <vector>

namespace glia::cli {
namespace {

struct EvaluateCommand {
  TrainedRunArguments trained;
  std::vector<std::string> changes;
  bool json = false;
};

int measure(const EvaluateCommand& arguments, const apply::Wish& wish, const Session& session) {
  install_stop_signals();
  const auto folder = apply::find_run(arguments.trained.run);
  const auto& catalog = arguments.trained.plugins(folder, session);
  const auto contents = apply::contents_of(folder);
  apply::Evaluation found;
  const bool heads = !contents.heads.empty(), policies = !contents.policies.empty();
  if (heads || !policies) {
    apply::require_no_wish_of_policies(wish, contents);
    const OpenedRun run(arguments.trained, session, apply::Chance::as_tested, wish.changes);
    found = apply::evaluate(*run, wish.split);
  }
  if (policies && (!heads || wish.split == Split::test)) {
    const graph::ThreadBudget budget(arguments.trained.threads);
    apply::play_policies(folder, catalog, wish, budget.threads(), stop_requested, found);
  }
  put(arguments.json ? apply::to_json(found) : apply::to_text(found));
  return ok;
}

int evaluate(const EvaluateCommand& arguments, const Session& session) {
  const auto wish = apply::read_wish(arguments.changes);
  try {
    return measure(arguments, wish, session);
  } catch (const Error& e) {
    throw apply::as_typed(e, wish);
  }
}

}  // namespace

void add_evaluate(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "evaluate", "Measure what a run has trained on other samples, or in other episodes");
  auto a = std::make_shared<EvaluateCommand>();
  a->trained.add_to(*command);
  command
      ->add_option("changes", a->changes,
                   "What is different: split=validation, dataset.ID.test_limit=100, "
                   "dataset.ID={plugin=\"fashion\"}, weight_noise=0.1; of policies seed=2, "
                   "episodes=1000, task.ID.KEY=VALUE, lesion=NETWORK ...")
      ->type_name("KEY=VALUE");
  command->add_flag("--json", a->json, "Print the numbers as JSON");
  command->callback(
      [a, &session] { session.action = [a, &session] { return evaluate(*a, session); }; });
}

}  // namespace glia::cli
