// SPDX-License-Identifier: MIT
#pragma once

#include "config/host_tables.hpp"

#include <string>
#include <vector>

namespace glia::config {

// The keys of [sweep] that are plain fields, declared as a plugin declares its parameters.

struct SweepKeys {
  std::string sampler = "grid";
  std::string timeout, memory;
  std::int64_t retries = 1;
};

struct StoppingKeys {
  std::string head;
  std::int64_t min_epochs = 1, factor = 3;
};

struct KeepKeys {
  std::int64_t best = 1;
  std::string objective;
};

inline constexpr auto sweep_schema = glia::schema<SweepKeys>(
    glia::field(&SweepKeys::sampler, "sampler")
        .doc("Where the trials' values come from; its settings stand beside it."),
    glia::field(&SweepKeys::timeout, "timeout")
        .doc("Longest time of one attempt at a trial (\"90s\", \"30m\", \"2h\"); empty: none."),
    glia::field(&SweepKeys::memory, "memory")
        .doc("Memory that a worker may use (\"4GiB\"); empty: its share of the machine's."),
    glia::field(&SweepKeys::retries, "retries")
        .range(0, 1000)
        .doc("How often a trial that crashed or ran out of time is tried again."));

inline constexpr auto stopping_schema = glia::schema<StoppingKeys>(
    glia::field(&StoppingKeys::head, "head")
        .doc("The head whose validation accuracy decides; may be left out if there is only one."),
    glia::field(&StoppingKeys::min_epochs, "min_epochs")
        .at_least(1)
        .unit("epochs")
        .doc("Epochs that every trial gets."),
    glia::field(&StoppingKeys::factor, "factor")
        .at_least(2)
        .doc("Of the trials that reach a rung, the best 1/factor go on to factor times the "
             "epochs."));

inline constexpr auto keep_schema = glia::schema<KeepKeys>(
    glia::field(&KeepKeys::best, "best")
        .required()
        .range(1, 1e6)
        .unit("trials")
        .doc("How many of the trials that went well keep their networks, as a run's folder, in "
             "trials/N."),
    glia::field(&KeepKeys::objective, "objective")
        .doc("By what: HEAD.METRIC, measured on validation. Left out, what the sampler looks for, "
             "or else what the only head is for."));

/// [sweep] with the settings of every sampler, [sweep.early_stopping], and a table for every
/// launcher that has settings, [sweep.NAME], as schema writers and messages need them.
const HostTable& sweep_table();
/// Only what [sweep] has whatever the sampler.
std::vector<FieldSpec> sweep_host_fields();
const HostTable& stopping_table();
const HostTable& keep_table();
std::vector<HostTable> launcher_tables();

}  // namespace glia::config
