// SPDX-License-Identifier: MIT
#include "sweep/retry_policy.hpp"

#include <algorithm>

namespace glia::sweep {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_backoff = 60s;
constexpr auto after_loss = 100ms;
constexpr auto busy_interval = 500ms;  // until the next look at what somebody else computes

/// 1, 2, 4, ... seconds: what breaks a worker may be gone a little later.
std::chrono::milliseconds backoff(int crashes) {
  const auto wait = 1000ms * (1 << std::min(crashes - 1, 10));
  return std::min<std::chrono::milliseconds>(wait, longest_backoff);
}

}  // namespace

NextStep next_step(AttemptEnd end, const Tally& before, const RetryLimits& limits, bool stopping) {
  using Kind = NextStep::Kind;
  const auto failed = limits.fail_fast && !stopping ? Kind::stop : Kind::fail;
  Tally tally = before;
  switch (end) {
    case AttemptEnd::done:
      return {Kind::finish, tally};
    case AttemptEnd::error:
      return {failed, tally};
    case AttemptEnd::busy:
      return {Kind::retry, tally, busy_interval};
    case AttemptEnd::crash:
      if (stopping) return {Kind::give_back, tally};  // it did not end in time
      if (++tally.crashes > limits.crashes) return {failed, tally};
      return {Kind::retry, tally, backoff(tally.crashes)};
    case AttemptEnd::lost:
    case AttemptEnd::interrupted:
      if (stopping) return {Kind::give_back, tally};
      if (++tally.losses > limits.losses) return {failed, tally};
      return {Kind::retry, tally, after_loss};
  }
  return {failed, tally};  // no value of the enumeration
}

}  // namespace glia::sweep
