// SPDX-License-Identifier: MIT
#include "sweep/local.hpp"

#include "core/cache.hpp"
#include "core/files.hpp"
#include "sweep/build_parts.hpp"
#include "sweep/growth.hpp"
#include "sweep/stopping.hpp"
#include "sweep/store_sink.hpp"
#include "sweep/worker_process.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

namespace glia::sweep {
namespace {

/// A worker's share of the machine's memory, where none was asked for.
std::uint64_t share_of_memory(int workers) {
  const auto total = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                     static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return total / 10 * 9 / static_cast<std::uint64_t>(std::max(workers, 1));
}

}  // namespace

SchedulerOptions scheduler_options(const std::filesystem::path& folder, const Origin& origin,
                                   const config::PipelineTemplate& source, const Plan& plan,
                                   const std::filesystem::path& cache) {
  const auto& spec = source.sweep();
  SchedulerOptions o;
  o.timeout = spec.timeout;
  o.memory = spec.memory;
  o.retries.crashes = spec.retries;
  o.early_stopping = spec.early_stopping;
  o.keep = spec.keep.has_value();
  std::error_code gone;  // then with leave of whoever goes on (glia resume --allow-changes)
  o.cwd = std::filesystem::is_directory(origin.cwd, gone)
              ? origin.cwd
              : std::filesystem::current_path().string();
  o.folder = std::filesystem::absolute(folder);
  o.is_cached = [cache = Cache(cache)](const SharedStage& stage) {
    return cache.entry(stage.key).has_value();
  };
  o.greeting = {origin.file, source.text(), origin.overrides, origin.plugin_path, cache, "", {}};
  o.greeting.parts = build_parts(plan);
  if (spec.early_stopping) {
    const auto& head = spec.early_stopping->head;
    o.greeting.rung_head = head.empty() ? plan.heads.at(0) : head;
    // A trial's own number of epochs may be an axis: it leaves out what comes too late.
    o.greeting.rung_epochs = rungs(*spec.early_stopping, std::numeric_limits<int>::max());
  }
  o.repeat_with = {(program_folder() / "glia").string()};
  for (const auto& path : origin.plugin_path) {
    o.repeat_with.insert(o.repeat_with.end(), {"--plugin-path", path});
  }
  o.repeat_with.insert(o.repeat_with.end(), {"run", named_pipeline(o.folder, origin)});
  for (const auto& argument : origin.overrides) {
    if (!config::only_for_sweeps(argument)) o.repeat_with.push_back(argument);
  }
  return o;
}

Scheduler::End run_local(Folder& folder, const config::PipelineTemplate& source,
                         const LocalOptions& options, Watcher& watcher) {
  Store& store = folder.store();
  // Nobody else holds the folder: whatever was under way has been cut off.
  store.reset({Status::running, Status::interrupted});
  store.end_attempts();
  store.commit();
  auto o = scheduler_options(folder.path(), folder.origin(), source, folder.plan(), folder.cache());
  o.workers = options.workers;
  o.past = store.past();
  o.retries.fail_fast = options.fail_fast;
  o.stop = options.stop;
  if (o.memory == 0) o.memory = share_of_memory(options.workers);
  Scheduler::End end{};
  try {
    std::optional<Growth> growth;
    if (folder.plan().objective) growth.emplace(folder, source);
    if (growth) o.more = [&] { return growth->more(); };
    StoreSink sink(folder, growth ? &*growth : nullptr);
    ProcessCrew crew(o.cwd, o.greeting);
    Scheduler scheduler(folder.plan(), store.trials(Status::pending), std::move(o), crew, sink,
                        watcher);
    end = scheduler.run();
  } catch (...) {
    try {
      folder.write_results(false);
    } catch (const Error&) {  // the first reason counts
    }
    throw;
  }
  folder.write_results(false);
  std::error_code ignored;
  for (const char* part : {"trials", "shared"}) {
    if (std::filesystem::is_empty(folder.path() / part, ignored) && !ignored) {
      std::filesystem::remove(folder.path() / part, ignored);
    }
  }
  if (end == Scheduler::End::done) {
    std::filesystem::remove_all(folder.path() / "shared", ignored);
    if (folder.origin().cache.empty()) std::filesystem::remove_all(folder.cache(), ignored);
  }
  return end;
}

}  // namespace glia::sweep
