// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/outcome.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glia::sweep {

// Host and worker talk in lines of JSON: the worker's stdin and stdout.

/// The first line that a worker reads: what all its jobs have in common.
struct Greeting {
  std::string file;                    ///< what messages call the pipeline file
  std::string text;                    ///< its content
  std::vector<std::string> overrides;  ///< for all trials
  std::vector<std::string> plugin_path;
  std::filesystem::path cache;
  std::string rung_head;                  ///< the head whose accuracy decides who goes on
  std::vector<std::int64_t> rung_epochs;  ///< epochs after which the host is asked
  /// Programs and plugins that the sweep was planned with, by name, with their builds.
  std::map<std::string, std::string> parts{};
  std::int64_t place = 0;  ///< of the worker in its crew, from 0: on which GPU it computes
  std::string key{};       ///< of this worker alone: what seals its reports
};

/// What a worker is to do next.
struct Job {
  enum class Kind { trial, share };

  Kind kind = Kind::trial;
  std::size_t trial = 0;
  std::int64_t lease = 0;
  std::string stage;                   ///< share: compute only this stage and what it needs
  std::vector<std::string> overrides;  ///< of the trial
  std::filesystem::path folder;        ///< for checkpoints; need not exist
  bool cache = true;                   ///< whether what it computes is worth keeping for others
  int threads = 1;                     ///< to compute with; the numbers do not depend on them
};

/// What a worker says.
struct Report {
  /// refuses: this process is not what the sweep runs on, and `outcome.error` says why. begins: the
  /// job was read, and this process is fit for it.
  enum class Kind { ready, refuses, begins, epoch, rung, trial_ends, share_ends };

  Kind kind = Kind::ready;
  std::int64_t lease = 0;
  std::string stage;  ///< epoch: under way
  std::int64_t epoch = 0, epochs = 0;
  double accuracy = 0;  ///< epoch, rung: tested
  bool busy = false;    ///< share_ends: another process is computing it
  bool spent = false;   ///< the worker will end
  Outcome outcome;      ///< trial_ends, share_ends, refuses
};

// One line each, with the line feed. The readers throw Error (internal) for anything else.

std::string to_line(const Greeting& greeting);
std::string to_line(const Job& job);
std::string to_line(const Report& report);
std::string to_line(bool go_on);

/// A worker's line with a digest of it and of the worker's key before it, and back. Error (internal) for
/// any other: a plugin shares the worker's process, and may write where it should not.
std::string with_seal(const std::string& line, const std::string& key);
std::string without_seal(const std::string& line, const std::string& key);

Greeting read_greeting(const std::string& line);
Job read_job(const std::string& line);
Report read_report(const std::string& line);
bool read_go_on(const std::string& line);

/// How an outcome is kept in files, and back. Error (data) if the text was changed since; `what` is
/// what messages call the file.
std::string outcome_text(const Outcome& outcome);
Outcome parse_outcome(const std::string& text, const std::string& what);

}  // namespace glia::sweep
