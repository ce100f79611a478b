// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/loaded_libraries.hpp"
#include "cli/openblas_core.hpp"
#include "core/cache.hpp"
#include "core/core_rate.hpp"
#include "core/files.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"
#include "core/output.hpp"
#include "core/process.hpp"
#include "core/product_libraries.hpp"
#include "core/provenance.hpp"
#include "core/variable.hpp"
#include "plugin/fingerprint.hpp"
#include "plugin/registry.hpp"
#include "train/product_rate.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <sched.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace glia::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Advice {
  bool error;  ///< or a warning
  std::string text;
};

struct Report {
  Json facts = Json::object();
  std::vector<Advice> advice;

  void error(const std::string& text) { advice.push_back({true, text}); }
  void warn(const std::string& text) { advice.push_back({false, text}); }
};

std::string text_of(const Json& json) { return json.is_string() ? json.get<std::string>() : "?"; }

int allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

void look_at_versions(Report& r, const Session& session) {
  const auto known = provenance(session.command_line);
  const auto& glia = known.at("glia");
  r.facts["glia"] =
      fmt::format("{}, {}", text_of(glia.at("version")), text_of(glia.at("build_type")));
  r.facts["sdk"] = GLIA_SDK_VERSION;
  r.facts["fingerprint"] = plugin::host_fingerprint_symbol();
  r.facts["compiler"] = text_of(glia.at("compiler"));
  r.facts["LibTorch"] = text_of(known.at("libraries").at("LibTorch"));
  r.facts["oneTBB"] = text_of(known.at("libraries").at("oneTBB"));
  r.facts["processor"] = text_of(known.at("machine").at("cpu"));
  r.facts["processor features"] = cpu_features();
  if (text_of(glia.at("build_type")) == "Debug") {
    r.warn("this is a Debug build: many times slower than a Release build");
  }
}

void look_at_arithmetic(Report& r) {
  const auto libraries = loaded_libraries();
  r.facts["BLAS"] = libraries.blas;
  r.facts["OpenMP"] = libraries.openmp;
  r.facts["LibTorch library"] = libraries.torch;
  for (const auto& path : libraries.blas) {
    if (!is_reference_blas(path)) continue;
    r.warn(
        fmt::format("LibTorch runs on the reference BLAS ({}), many times slower than others: apt "
                    "install libopenblas0-openmp",
                    path));
  }
  if (libraries.openmp.size() > 1) {
    r.error(
        "two OpenMP runtimes are loaded: they fight for the cores, and may crash. Let LibTorch and "
        "BLAS use the same one");
  }
  if (libraries.torch.size() > 1) r.error("two copies of LibTorch are loaded");
}

/// What to do about a slow product: the right core of OpenBLAS, or another library.
std::string advice_on_product(const std::string& openblas, const std::string& mkl) {
  const std::string best = best_openblas_core(this_processor());
  const std::string set = value_of(variables::openblas_core);
  if (!mkl.empty()) {
    return fmt::format("MKL {}, which is part of LibTorch, may be older than the processor", mkl);
  }
  if (openblas.empty()) return "install OpenBLAS: apt install libopenblas0-openmp";
  if (set.empty() || best.empty())
    return fmt::format("OpenBLAS ({}) may be older than the processor", openblas);
  if (set == best) return "if no other program was in the way, try a newer OpenBLAS";
  return fmt::format("{}={} makes OpenBLAS do so; unset it, and glia takes {}",
                     variables::openblas_core.name, set, best);
}

void look_at_products(Report& r) {
  auto libraries = product_libraries();
  for (const auto& [name, what] : libraries) r.facts[name] = what;
  const double product = 1e-9 * train::product_rate(), core = 1e-9 * multiply_add_rate();
  r.facts["matrix product"] = fmt::format("{:.1f} G multiply-adds/s", product);
  r.facts["core"] = fmt::format("{:.1f} G multiply-adds/s", core);
  if (product >= core / 3) return;
  r.warn(
      fmt::format("LibTorch's matrix product runs at {:.1f} G multiply-adds/s, less than a third "
                  "of the {:.1f} of a core: {}",
                  product, core, advice_on_product(libraries["OpenBLAS"], libraries["MKL"])));
}

void look_at_threads(Report& r) {
  const int cores = allowed_cores();
  const std::string omp = value_of(variables::omp_threads);
  r.facts["cores for this process"] = cores;
  r.facts["OMP_NUM_THREADS"] = is_set(variables::omp_threads) ? Json(omp) : Json();
  if (std::atoi(omp.c_str()) > cores) {
    r.warn(fmt::format("OMP_NUM_THREADS={} is more than the {} cores of this process", omp, cores));
  }
}

void look_at_data(Report& r, const plugin::Registry& registry) {
  Json data = Json::object();
  for (const auto* entry : registry.all()) {
    const Descriptor& d = *entry->descriptor;
    if (d.kind != PluginKind::dataset || d.files.empty()) continue;
    std::vector<std::string> names;
    for (const auto& file : d.files) names.push_back(file.name);
    try {
      data[d.id] = find_data(d.data_set, {}, names, d.id, {});
    } catch (const Error&) {
      data[d.id] = "not found; get it with: glia data get " + d.id;
    }
  }
  r.facts["data"] = data;
}

void look_at_plugins(Report& r, const plugin::Registry& registry) {
  Json folders = Json::object();
  for (const auto& folder : registry.searched()) {
    folders[folder.path.string()] =
        folder.origin + (folder.problem.empty() ? "" : ": " + folder.problem);
  }
  Json refused = Json::object();
  for (const auto& refusal : registry.refusals()) refused[refusal.file] = refusal.first_line();
  r.facts["plugin folders"] = folders;
  r.facts["plugins"] = registry.all().size();
  r.facts["plugins refused"] = refused;
  if (registry.all().empty()) r.error("no plugin was found: nothing can be run");
  if (!registry.refusals().empty()) {
    r.warn(std::to_string(registry.refusals().size()) +
           " plugin files or folders were refused: 'glia plugin list' says why");
  }
}

void look_at_programs(Report& r) {
  for (const auto& [program, use] :
       {std::pair{"rsvg-convert", "figures as PNG"}, {"dot", "glia graph --format svg"}}) {
    const bool found =
        run_program({program, program[0] == 'd' ? "-V" : "--version"}, {}, std::chrono::seconds(10))
            .found;
    r.facts[program] = found ? "found" : "not found";
    if (!found)
      r.warn(fmt::format("there is no program '{}', which is needed for {}", program, use));
  }
  const auto cache = default_cache_folder();
  r.facts["cache folder"] = cache.empty() ? "none: $GLIA_CACHE_DIR is off" : cache.string();
}

std::string line(const Json& value) {
  if (value.is_null()) return "not set";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return json_text(value);
  std::string text;
  for (const auto& element : value) text += (text.empty() ? "" : ", ") + line(element);
  return text.empty() ? "none" : text;
}

void show(const Report& r, bool json, bool good) {
  if (json) {
    Json all{{"ok", good}, {"facts", r.facts}, {"advice", Json::array()}};
    for (const auto& a : r.advice) {
      all["advice"].push_back({{"severity", a.error ? "error" : "warning"}, {"text", a.text}});
    }
    print("%s\n", json_text(all, 2).c_str());
    return;
  }
  for (const auto& [name, value] : r.facts.items()) {
    if (!value.is_object()) {
      print("%-24s%s\n", name.c_str(), line(value).c_str());
      continue;
    }
    print("%-24s%s\n", name.c_str(), value.empty() ? "none" : "");
    for (const auto& [key, text] : value.items()) {
      print("  %s: %s\n", key.c_str(), line(text).c_str());
    }
  }
  print("\n");
  for (const auto& a : r.advice) {
    print("%s: %s\n", a.error ? "error" : "warning", a.text.c_str());
  }
  if (r.advice.empty()) print("all well\n");
}

int doctor(bool json, const Session& session) {
  if (!session.verbose) set_terminal_log_level(LogLevel::error);  // refusals are in the report
  Report r;
  look_at_versions(r, session);
  look_at_arithmetic(r);
  look_at_products(r);
  look_at_threads(r);
  const auto& registry = plugin::load_plugins(session.plugin_path);
  look_at_data(r, registry);
  look_at_plugins(r, registry);
  look_at_programs(r);
  bool good = true;
  for (const auto& a : r.advice) good = good && !a.error;
  show(r, json, good);
  return good ? ok : run_failed;
}

}  // namespace

void add_doctor(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("doctor", "What this installation runs on, and what is wrong with it");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print JSON instead of text");
  command->callback(
      [&session, json] { session.action = [&session, json] { return doctor(*json, session); }; });
}

}  // namespace glia::cli
