// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "core/diagnostics.hpp"
#include "core/fetch.hpp"
#include "core/files.hpp"
#include "core/json_text.hpp"
#include "core/output.hpp"
#include "plugin/registry.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/plugin.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

namespace glia::cli {
namespace {

namespace fs = std::filesystem;

std::vector<const CatalogEntry*> datasets(const Catalog& catalog) {
  std::vector<const CatalogEntry*> all;
  for (const auto* entry : catalog.all()) {
    if (entry->descriptor->kind == PluginKind::dataset) all.push_back(entry);
  }
  return all;
}

/// The folder that the dataset would be read from; empty if there is none.
std::string found_in(const Descriptor& dataset) {
  std::vector<std::string> names;
  for (const auto& file : dataset.files) names.push_back(file.name);
  try {
    return find_data(dataset.data_set, {}, names, dataset.id, {});
  } catch (const Error&) {
    return {};
  }
}

int list(const Session& session, bool json) {
  const Catalog& catalog = plugin::load_plugins(session.plugin_path);
  auto rows = nlohmann::ordered_json::array();
  for (const auto* entry : datasets(catalog)) {
    const Descriptor& d = *entry->descriptor;
    if (!json) print("%s\n  %s\n", d.id.c_str(), d.doc.c_str());
    if (d.files.empty()) {
      rows.push_back({{"id", d.id}, {"doc", d.doc}, {"needs_files", false}});
      if (!json) print("  needs no files\n");
      continue;
    }
    const std::string folder = found_in(d);
    const std::string get = "glia data get " + d.id;
    rows.push_back({{"id", d.id}, {"doc", d.doc}, {"needs_files", true}, {"get", get}});
    rows.back()["found"] =
        folder.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(folder);
    if (json) continue;
    print("  %s\n", folder.empty() ? ("not found; get it with: " + get).c_str()
                                   : ("found in " + folder).c_str());
  }
  if (json) print("%s\n", json_text(rows, 2).c_str());
  if (!json && rows.empty()) print("no dataset plugin was found\n");
  return ok;
}

/// Progress on stderr: one line that is redrawn on a terminal, a line per quarter elsewhere.
class ProgressLine {
 public:
  explicit ProgressLine(std::string name) : name_(std::move(name)) {}

  void show(const FetchProgress& p) {
    if (p.url != url_) {
      url_ = p.url;
      quarter_ = 0;
      say(fmt::format("{} from {}{}", name_, url_,
                      p.done ? ", going on after " + amount(p.done) : ""));
    }
    if (terminal_) {
      const auto now = std::chrono::steady_clock::now();
      if (now - drawn_ < std::chrono::milliseconds(100)) return;
      drawn_ = now;
      std::fprintf(stderr, "\r\x1b[K  %s", text(p).c_str());
      std::fflush(stderr);
      drawing_ = true;
    } else if (p.total > 0) {
      const auto quarter = static_cast<int>(4 * p.done / p.total);
      if (quarter > quarter_) std::fprintf(stderr, "  %s\n", text(p).c_str());
      quarter_ = quarter;
    }
  }

  /// A line of its own, in place of the drawn one.
  void say(const std::string& line) {
    std::fprintf(stderr, "%s%s\n", drawing_ ? "\r\x1b[K" : "", line.c_str());
    drawing_ = false;
  }

  ~ProgressLine() {
    if (drawing_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  static std::string amount(std::uint64_t bytes) {
    char text[32];
    const auto number = static_cast<double>(bytes);
    std::snprintf(text, sizeof text, bytes < 1000000 ? "%.1f kB" : "%.1f MB",
                  number / (bytes < 1000000 ? 1e3 : 1e6));
    return text;
  }

  static std::string text(const FetchProgress& p) {
    if (p.total == 0) return amount(p.done);
    return fmt::format("{} %, {} of {}", 100 * p.done / p.total, amount(p.done), amount(p.total));
  }

  std::string name_;
  std::string url_;
  bool terminal_ = ::isatty(STDERR_FILENO) == 1;
  bool drawing_ = false;
  int quarter_ = 0;
  std::chrono::steady_clock::time_point drawn_{};
};

const Descriptor& dataset_named(const Catalog& catalog, const std::string& id) {
  if (const auto* entry = catalog.find(PluginKind::dataset, id)) return *entry->descriptor;
  std::vector<std::string> ids;
  for (const auto* entry : datasets(catalog)) ids.push_back(entry->descriptor->id);
  std::string hint = did_you_mean(id, ids);
  if (hint.empty()) {
    hint = ids.empty() ? "no dataset plugin was found" : "there is " + quoted_list(ids);
  }
  throw Error(ErrorCode::usage, fmt::format("there is no dataset '{}'", id), hint);
}

bool all_present(const Descriptor& dataset, const fs::path& folder) {
  for (const auto& file : dataset.files) {
    if (!is_present(file, folder)) return false;
  }
  return true;
}

/// Refuses before anything is downloaded, and names every file that stands in the way.
void spare_own_files(const Descriptor& dataset, const fs::path& folder) {
  std::vector<std::string> own;
  for (const auto& file : dataset.files) {
    const auto found = foreign_file(file, folder);
    if (found && !is_present(file, folder)) own.push_back(found->filename().string());
  }
  if (own.empty()) return;
  throw Error(ErrorCode::usage,
              fmt::format("{} holds {}, which glia did not download, or which changed since; "
                          "nothing is overwritten",
                          folder.string(), quoted_list(own)),
              "choose another folder with -o DIR, move them away, or replace them: --force");
}

int get(const Session& session, const std::string& id, const std::string& out, bool force) {
  const Descriptor& dataset = dataset_named(plugin::load_plugins(session.plugin_path), id);
  if (dataset.files.empty()) {
    throw Error(ErrorCode::usage,
                fmt::format("dataset '{}' has no files that could be downloaded", id));
  }
  const fs::path folder =
      out.empty() ? user_data_folder() / "data" / dataset.data_set : fs::path(out);
  // Without -o, a right copy in the place where the dataset looks first is as good.
  const fs::path present = out.empty() ? fs::path(found_in(dataset)) : folder;
  if (!present.empty() && all_present(dataset, present)) {
    print("%s is already in %s, nothing to do\n", id.c_str(), present.c_str());
    return ok;
  }
  if (!force) spare_own_files(dataset, folder);
  for (const auto& file : dataset.files) {
    if (is_present(file, folder)) {
      std::fprintf(stderr, "%s is already there\n", file.name.c_str());
      continue;
    }
    ProgressLine line(file.name);
    FetchOptions options{dataset.data_set};
    options.progress = [&](const FetchProgress& p) { line.show(p); };
    options.note = [&](const std::string& text) { line.say("glia: warning: " + text); };
    fetch(file, folder, options);
    line.say(file.name + ": complete, checksum right");
  }
  print("%s is now in %s\n", id.c_str(), folder.c_str());
  return ok;
}

}  // namespace

void add_data(CLI::App& app, Session& session) {
  CLI::App* data = app.add_subcommand("data", "List data sets and download them");
  data->require_subcommand(1);

  CLI::App* list_command = data->add_subcommand("list", "Every data set and where its files are");
  auto json = std::make_shared<bool>(false);
  list_command->add_flag("--json", *json, "As JSON, for scripts");
  list_command->callback(
      [&session, json] { session.action = [&session, json] { return list(session, *json); }; });

  CLI::App* get_command = data->add_subcommand("get", "Download the files of a data set");
  auto id = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>();
  get_command->add_option("ID", *id, "Data set, as 'glia data list' shows it")->required();
  get_command->add_option("-o,--output", *out, "Folder to put the files in")->type_name("DIR");
  auto force = std::make_shared<bool>(false);
  get_command->add_flag("--force", *force,
                        "Replace files of these names that are not glia's own downloads");
  get_command->footer(
      "The files go to the user's data folder ($XDG_DATA_HOME/glia/data) unless -o says "
      "otherwise.\n"
      "$GLIA_DATA_MIRROR is the base URL of a mirror to ask first, for SET/NAME.gz or NAME.gz.\n"
      "A transfer that was cut goes on where it stopped when the command is run again.");
  get_command->callback([&session, id, out, force] {
    session.action = [&session, id, out, force] { return get(session, *id, *out, *force); };
  });
}

}  // namespace glia::cli
