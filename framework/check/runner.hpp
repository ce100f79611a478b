// SPDX-License-Identifier: MIT
#pragma once

#include "check/check.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace glia::check {

enum class Status { passed, failed, skipped, unseen, crashed, timed_out };

/// What one check found on one subject.
struct Finding {
  const Check* check = nullptr;
  std::string subject;  ///< "wave_layer/slide"; "" = the library as a whole
  Status status = Status::passed;
  std::string detail;  ///< why, unless it passed
  double seconds = 0;
  std::string repeat;  ///< command that runs just this one again, in one process

  bool bad() const {
    return status == Status::failed || status == Status::crashed || status == Status::timed_out;
  }
};

struct Options {
  std::vector<std::string> only;            ///< ids or groups; empty = all
  std::map<std::string, std::string> skip;  ///< id or group -> reason
  std::string subject;                      ///< "wave_layer/slide": no other plugin of the file
  std::vector<std::string> values;          ///< NAME=VALUE: parameters other than the defaults
  std::uint64_t seed = 1;
  bool in_process = false;            ///< for debuggers: a crash then ends the program
  std::chrono::milliseconds limit{};  ///< per check
};

/// Runs the checks on one library file, each in a process of its own, killed with all that it has
/// started when it takes too long. `found` is called after each, in order. Error (usage) for
/// unknown ids. [main thread]
std::vector<Finding> run_checks(const std::filesystem::path& file, const Options& options,
                                const std::function<void(const Finding&)>& found);

/// The side of the child: runs one check in this process and writes its finding, a line of JSON, to
/// `out`. `subject` as in Finding, `values` as in Options. Does not return, so that no destructor
/// of a plugin runs.
[[noreturn]] void run_one(const std::string& id, const std::filesystem::path& file,
                          const std::string& subject, std::uint64_t seed,
                          const std::vector<std::string>& values, int out);

}  // namespace glia::check
