// SPDX-License-Identifier: MIT
// Lines of the benchmark's first table, and what a batch is made of.
#pragma once

#include "limits.hpp"
#include "networks.hpp"

#include <string>

namespace bench {

struct Line {
  std::string name;
  double seconds, peer_seconds, limit_seconds;
  double libtorch_seconds = 0, pytorch_seconds = 0;  // 0: not measured
  double rate = 0;                                   // a second; 0: it is no rate
};

/// "12.3 us"; "-" for nothing.
std::string time_text(double seconds);

void print(const Line& line);

/// Seconds that the arithmetic of `samples` needs at the measured rates: multiply-adds of the
/// passes (forward; with training also backward, twice as many), exponentials, normals.
double arithmetic(const NetworkUnderTest& network, const Limits& limits, double samples,
                  bool training);

/// An epoch in batches of 16, by messages, which a busy machine seldom interrupts. Peer: at 128.
Line small_batches(const NetworkUnderTest& network, const Limits& machine);

/// Prints what a batch of 128 and one of 16 cost, by parts: samples, gradient, optimizer's step.
void print_parts(const NetworkUnderTest& network, const Limits& machine);

}  // namespace bench
