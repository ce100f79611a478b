// SPDX-License-Identifier: MIT
#include "apply/export_onnx.hpp"
#include "apply/trained_run.hpp"
#include "cli/command.hpp"
#include "core/output.hpp"
#include "core/own_output.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace glia::cli {
namespace {

struct ExportCommand {
  std::string run, out, head;
};

int export_run(const ExportCommand& arguments) {
  if (std::filesystem::path(arguments.out).extension() != ".onnx") {
    throw Error(ErrorCode::usage, arguments.out + " does not end in .onnx",
                "networks are exported as ONNX: -o FILE.onnx");
  }
  require_no_input(arguments.out);
  const auto bytes = apply::export_onnx(apply::find_run(arguments.run), arguments.head);
  write_output(arguments.out, bytes);
  print("%s\n", arguments.out.c_str());
  return ok;
}

}  // namespace

void add_export(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("export", "Write what a run has trained as ONNX, for other programs");
  auto a = std::make_shared<ExportCommand>();
  command->add_option("RUN", a->run, "Folder of a run, or its name under runs/")->required();
  command->add_option("-o,--out", a->out, "File to write")->type_name("FILE.onnx")->required();
  command->add_option("--head", a->head, "The head, of several")->type_name("ID");
  command->callback([a, &session] { session.action = [a] { return export_run(*a); }; });
}

}  // namespace glia::cli
