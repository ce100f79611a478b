// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>

namespace glia::sweep {

enum class Status { pending, running, ok, failed, interrupted, pruned };

const char* status_name(Status status);
/// Error (data) for a text that is none.
Status status_of(const std::string& name);

/// What one head of a trial came to. Unknown numbers are NaN.
struct HeadOutcome {
  double test_accuracy = 0, test_loss = 0;
  bool collapsed = false;
  std::string json;  ///< all of it, as in results.json, on one line
  double validation_accuracy = std::numeric_limits<double>::quiet_NaN();
};

/// How an attempt at a trial ended.
struct Outcome {
  std::size_t trial = 0;
  Status status = Status::failed;
  std::map<std::string, HeadOutcome> heads;
  double seconds = 0;
  std::string error;              ///< why it failed
  std::string log;                ///< the last lines that its worker wrote, where it failed
  std::string command;            ///< that repeats it, where it failed
  std::string signal;             ///< "SIGSEGV" if its worker was ended by one
  std::uint64_t peak_memory = 0;  ///< bytes
  int attempt = 1;                ///< from 1
  std::int64_t lease = 0;         ///< numbers every handing out of the sweep
  std::int64_t pid = 0;           ///< of the worker
  std::string host;               ///< that it ran on
  std::int64_t started = 0;       ///< seconds since 1970
};

}  // namespace glia::sweep
