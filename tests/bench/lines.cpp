// SPDX-License-Identifier: MIT
#include "lines.hpp"

#include "epoch.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace bench {

std::string time_text(double seconds) {
  std::array<char, 32> text{};
  if (seconds <= 0) return "-";
  const bool micro = seconds < 1e-3, milli = seconds < 1;
  std::snprintf(text.data(), text.size(), "%.3g %s",
                seconds * (micro   ? 1e6
                           : milli ? 1e3
                                   : 1),
                micro   ? "us"
                : milli ? "ms"
                        : "s");
  return text.data();
}

void print(const Line& line) {
  std::printf("%-24s %12s %14s %12s   %7.1f x peer   %5.2f x limit\n", line.name.c_str(),
              time_text(line.seconds).c_str(), time_text(line.peer_seconds).c_str(),
              time_text(line.limit_seconds).c_str(), line.peer_seconds / line.seconds,
              line.seconds / line.limit_seconds);
  std::fflush(stdout);
}

double arithmetic(const NetworkUnderTest& network, const Limits& limits, double samples,
                  bool training) {
  const double multiply_adds =
      static_cast<double>(network.taps()) * (training ? 3 : 1) / limits.multiply_adds;
  const double exponentials =
      static_cast<double>(network.exponentials() + (training ? network.out : 0)) /
      limits.exponentials;
  const double normals = training ? static_cast<double>(network.in) / limits.normals : 0;
  return samples * (multiply_adds + exponentials + normals);
}

Line small_batches(const NetworkUnderTest& network, const Limits& machine) {
  Limits limits = without_core(machine);
  const Latents latents = make_latents(network.in, network.out);
  Epoch whole(network, latents), small(network, latents, 16);
  double seconds = 1e9, peer = 1e9, steps = 1e9;
  for (int round = 0; round < 100; ++round) {  // by turns
    if (round % 10 == 0) measure_core(limits);
    peer = std::min(peer, fastest(4, [&] { whole.run_message(0); }));
    seconds = std::min(seconds, fastest(4, [&] { small.run_message(0); }));
    steps = std::min(steps, fastest(4, [&] { small.run_some_steps(); }) / Epoch::some_steps);
  }
  constexpr double messages = static_cast<double>(Epoch::samples_of_epoch) / Epoch::per_message;
  const Line line{"train_epoch/batch_16", messages * seconds, messages * peer,
                  arithmetic(network, limits, Epoch::samples_of_epoch, true)};
  print(line);
  constexpr double batches = Epoch::per_message / 16.0;
  std::printf(
      "    the %s network, %lld parameters; peer: in batches of 128. A batch of 16 costs %s, "
      "16/128 "
      "of one of 128 is %s;\n    %s of it is the optimizer's step\n",
      network.name.c_str(), static_cast<long long>(small.parameters()),
      time_text(seconds / batches).c_str(), time_text(peer / batches).c_str(),
      time_text(steps).c_str());
  return line;
}

void print_parts(const NetworkUnderTest& network, const Limits& machine) {
  const Latents latents = make_latents(network.in, network.out);
  for (const std::int64_t batch : {128, 16}) {
    Epoch epoch(network, latents, batch);
    Limits limits = without_core(machine);
    double steps = 1e9;
    measure_core(limits);
    const auto [all, draws] = epoch.undisturbed(40);
    for (int round = 0; round < 20; ++round) {
      measure_core(limits);
      steps = std::min(steps, fastest(2, [&] { epoch.run_some_steps(); }) / Epoch::some_steps);
    }
    const double batches = static_cast<double>(epoch.batches());
    const double limit = arithmetic(network, limits, static_cast<double>(batch), true);
    std::printf(
        "%-12s batch of %4lld: %9s = samples %9s + gradient %9s + step %9s; limit %9s: %.2f x\n",
        network.name.c_str(), static_cast<long long>(batch), time_text(all / batches).c_str(),
        time_text(draws / batches).c_str(), time_text((all - draws) / batches - steps).c_str(),
        time_text(steps).c_str(), time_text(limit).c_str(), all / batches / limit);
    std::fflush(stdout);
  }
}

}  // namespace bench
