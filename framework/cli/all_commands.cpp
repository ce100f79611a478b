// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/program.hpp"

#include <glia/sdk/export.hpp>

namespace glia::cli {
namespace {

void add_all(CLI::App& app, Session& session) {
  add_run(app, session);
  add_validate(app, session);
  add_config(app, session);
  add_graph(app, session);
  add_plugin(app, session);
  add_data(app, session);
  add_evaluate(app, session);
  add_predict(app, session);
  add_wave(app, session);
  add_encoder(app, session);
  add_export(app, session);
  add_serve(app, session);
  add_ls(app, session);
  add_best(app, session);
  add_report(app, session);
  add_compare(app, session);
  add_compile(app, session);
  add_sweep(app, session);
  add_resume(app, session);
  add_status(app, session);
  add_cache(app, session);
  add_collect(app, session);
  add_worker(app, session);
  add_task(app, session);
  add_schema(app, session);
  add_doctor(app, session);
  add_completion(app, session);
}

}  // namespace
}  // namespace glia::cli

extern "C" GLIA_API int glia_all_commands(int argc, char** argv) {
  return glia::cli::run_program(argc, argv, glia::cli::add_all);
}
