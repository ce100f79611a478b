// SPDX-License-Identifier: MIT
#include "cli/cache_arguments.hpp"
#include "cli/command.hpp"
#include "cli/pipeline_arguments.hpp"
#include "config/units.hpp"
#include "core/json_text.hpp"
#include "core/output.hpp"
#include "core/text.hpp"
#include "graph/identity_lines.hpp"
#include "graph/shapes.hpp"
#include "graph/stages.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glia::cli {
namespace {

struct CacheCommand {
  CacheArguments cache;
  PipelineArguments pipeline;
  std::string size;
  bool json = false;

  Cache open() const {
    const auto folder = cache.folder();
    if (folder.empty()) throw Error(ErrorCode::usage, "the cache is switched off");
    return Cache(folder);
  }
};

std::string date_text(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  ::localtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
  return text;
}

void print_entry(const CacheEntry& entry) {
  print("%s  %-24s %10s  %8.1f s  %s\n", entry.key.substr(0, 12).c_str(), entry.name.c_str(),
        bytes_text(entry.bytes).c_str(), entry.seconds, date_text(entry.last_used).c_str());
}

int list(const CacheCommand& arguments) {
  const auto cache = arguments.open();
  const auto entries = cache.entries();
  if (arguments.json) {
    auto all = nlohmann::ordered_json::array();
    for (const auto& e : entries) {
      all.push_back({{"key", e.key},
                     {"name", e.name},
                     {"bytes", e.bytes},
                     {"seconds", e.seconds},
                     {"last_used", e.last_used},
                     {"sha256", e.sha256},
                     {"identity", e.identity}});
    }
    print("%s\n", json_text(all, 2).c_str());
    return ok;
  }
  std::uint64_t total = 0;
  for (const auto& entry : entries) {
    print_entry(entry);
    total += entry.bytes;
  }
  print("%zu results, %s in %s\n", entries.size(), bytes_text(total).c_str(),
        cache.folder().c_str());
  return ok;
}

/// Lines of `a` that `b` lacks.
std::vector<std::string> only_in(const std::string& a, const std::string& b) {
  return graph::lines_lacked(graph::own_lines(a), graph::own_lines(b));
}

/// The stage's own differences and those of its data.
void explain(const graph::Stage& stage, const std::vector<CacheEntry>& entries) {
  const std::string identity = train::cache_identity(stage);
  const CacheEntry* nearest = nullptr;
  std::size_t least = 0;
  for (const auto& entry : entries) {
    if (entry.name != stage.name) continue;
    const std::size_t differences =
        only_in(identity, entry.identity).size() + only_in(entry.identity, identity).size();
    if (nearest && differences >= least) continue;
    nearest = &entry;
    least = differences;
  }
  if (!nearest) {
    print("  nothing of this name is in the cache\n");
    return;
  }
  print("  the nearest is %s, used %s:\n", nearest->key.substr(0, 12).c_str(),
        date_text(nearest->last_used).c_str());
  for (const auto& line : only_in(nearest->identity, identity)) print("    - %s\n", line.c_str());
  for (const auto& line : only_in(identity, nearest->identity)) print("    + %s\n", line.c_str());
  if (least == 0) print("    what it is computed from differs, see above\n");
}

int why(const CacheCommand& arguments, const Session& session) {
  const auto cache = arguments.open();
  const auto pipeline = arguments.pipeline.load(session);
  const auto stages = graph::plan_stages(pipeline.spec, graph::check_shapes(pipeline.spec));
  const auto entries = cache.entries();
  for (const auto& stage : stages) {
    const bool kept = stage.kind == graph::Stage::Kind::train_encoder ||
                      stage.kind == graph::Stage::Kind::encode ||
                      stage.kind == graph::Stage::Kind::train_jointly;
    if (!kept) continue;
    const std::string key = train::cache_key(stage);
    const auto found = cache.entry(key);
    print("%s  %s: %s\n", key.substr(0, 12).c_str(), stage.name.c_str(),
          found ? "in the cache" : "not in the cache");
    if (!found) explain(stage, entries);
  }
  return ok;
}

int collect_garbage(const CacheCommand& arguments) {
  const auto cache = arguments.open();
  std::uint64_t size = Cache::default_size;
  if (!arguments.size.empty()) {
    const auto given = arguments.size == "0" ? std::optional<std::uint64_t>(0)
                                             : config::parse_bytes(arguments.size);
    if (!given) {
      throw Error(ErrorCode::usage, "'" + arguments.size + "' is no amount of memory",
                  "write 5GiB, 800MiB or 0");
    }
    size = *given;
  }
  const auto before = cache.entries().size();
  const auto freed = cache.collect_garbage(size);
  print("%zu of %zu results removed, %s freed\n", before - cache.entries().size(), before,
        bytes_text(freed).c_str());
  return ok;
}

int verify(const CacheCommand& arguments) {
  const auto cache = arguments.open();
  const auto count = cache.entries().size();
  const auto damaged = cache.verify();
  for (const auto& entry : damaged) {
    print("damaged and dropped: ");
    print_entry(entry);
  }
  print("%zu results checked, %zu damaged\n", count, damaged.size());
  return damaged.empty() ? ok : run_failed;
}

}  // namespace

void add_cache(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("cache", "What runs have computed and later ones can take over");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* doc, auto action) {
    auto* sub = command->add_subcommand(name, doc);
    auto a = std::make_shared<CacheCommand>();
    a->cache.add_to(*sub);
    sub->callback([a, action, &session] {
      session.action = [a, action, &session] { return action(*a, session); };
    });
    return std::pair(sub, a);
  };
  auto [ls, ls_arguments] = add("ls", "List what is there, the most recently used first",
                                [](const CacheCommand& a, const Session&) { return list(a); });
  ls->add_flag("--json", ls_arguments->json, "As JSON, with all that each result depends on");
  auto [why_command, why_arguments] =
      add("why", "Say which stages of a pipeline are in the cache, and what differs for the others",
          [](const CacheCommand& a, const Session& s) { return why(a, s); });
  why_arguments->pipeline.add_to(*why_command);
  auto [gc, gc_arguments] =
      add("gc", "Remove what was not used for the longest time",
          [](const CacheCommand& a, const Session&) { return collect_garbage(a); });
  gc->add_option("--size", gc_arguments->size, "How much to keep (default 20GiB)")
      ->type_name("SIZE");
  add("verify", "Read every result and drop damaged ones",
      [](const CacheCommand& a, const Session&) { return verify(a); });
}

}  // namespace glia::cli
