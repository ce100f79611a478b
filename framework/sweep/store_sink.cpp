// SPDX-License-Identifier: MIT
#include "sweep/store_sink.hpp"

#include "core/process.hpp"
#include "sweep/growth.hpp"
#include "sweep/objective.hpp"
#include "sweep/stopping.hpp"

#include <algorithm>
#include <optional>

namespace glia::sweep {

StoreSink::StoreSink(Folder& folder, Growth* growth)
    : folder_(folder), growth_(growth), kept_(folder.path(), folder.store()), host_(host_name()) {}

std::int64_t StoreSink::begin(std::size_t trial, std::int64_t pid) {
  return folder_.store().begin(trial, pid, host_);
}

void StoreSink::finish(const Outcome& outcome) {
  const auto& objective = folder_.plan().objective;
  changed_ |=
      folder_.store().finish(outcome, objective ? objective_of(*objective, outcome) : std::nullopt);
  kept_.add(outcome);
  if (growth_) growth_->note_end();
}

void StoreSink::finish_attempt(const Outcome& outcome) { folder_.store().finish_attempt(outcome); }

bool StoreSink::rung(std::size_t trial, std::int64_t epoch, double accuracy, std::int64_t factor) {
  Store& store = folder_.store();
  if (const auto answer = store.answer(trial, epoch, accuracy)) return *answer;
  store.add_rung(trial, epoch, accuracy);
  const bool on = goes_on(store.rung(epoch), trial, factor);
  store.set_answer(trial, epoch, on);
  store.commit();
  return on;
}

bool StoreSink::flush() {
  folder_.store().commit();
  kept_.tidy();
  // Writing them all is work: it gets a small share of the time, however many trials there are.
  const auto now = Clock::now();
  if (!changed_ || now < next_files_) return true;
  folder_.write_results(true);
  changed_ = false;
  const auto spent = Clock::now() - now;
  next_files_ = Clock::now() + std::max<Clock::duration>(std::chrono::seconds(1), 30 * spent);
  return true;
}

}  // namespace glia::sweep
