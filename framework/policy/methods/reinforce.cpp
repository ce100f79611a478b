// SPDX-License-Identifier: MIT
#include "policy/arena.hpp"
#include "policy/method.hpp"
#include "wave/bridge.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/schema.hpp>

#include <torch/types.h>

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace glia::policy {
namespace {

struct Config {
  std::int64_t episodes = 4;
  double entropy = 0.01;
};

constexpr auto settings = schema<Config>(
    field(&Config::episodes, "episodes")
        .range(1, 1e5)
        .doc("Episodes that are played by each candidate, the same ones, in every generation "
             "others; by reinforce, of the policy that is trained."),
    field(&Config::entropy, "entropy")
        .range(0, 1e3)
        .doc("Of reinforce: what the entropy of a choice, in nats, gains; it keeps the policy from "
             "settling early."));

/// Each episode's gains from step t on.
std::vector<double> to_go(const Trace& trace) {
  std::vector<double> all(trace.rewards.begin(), trace.rewards.end());
  for (std::size_t t = all.size(); t-- > 1;) all[t - 1] += all[t];
  return all;
}

/// REINFORCE (Williams, "Simple statistical gradient-following algorithms for connectionist
/// reinforcement learning", 1992): actions are drawn from a softmax over the last row, and the
/// gradient of their log-likelihoods counts as far as what is gained from then on exceeds its mean
/// over the generation's episodes at that step, the baseline.
class Reinforce final : public Method {
 public:
  Reinforce(const Config& config, const Student& student)
      : config_(config), student_(student), arena_(student, 1, config.episodes) {
    if (!student.carries.empty()) {
      throw Error(ErrorCode::configuration,
                  fmt::format("policy '{}' carries a state from one observation to the next, and "
                              "reinforce takes each observation by itself",
                              student.id),
                  "train it with method = \"evolution\"");
    }
    if (!student.program->random()) return;
    throw Error(ErrorCode::configuration,
                fmt::format("policy '{}' has a layer of chance, and reinforce needs to know the "
                            "probabilities of its actions",
                            student.id),
                "leave the layer out, or train with method = \"evolution\"");
  }

  Generation gradients(std::uint64_t number) override {
    const auto keys = episode_keys(student_, "episodes", number, config_.episodes);
    const Played played = arena_.play(
        student_.parameters.values().data_ptr<float>(), keys,
        {.purpose = "train", .number = number, .acting = Acting::sampled, .training = true}, true);
    differentiate(played);
    const double sum = std::accumulate(played.returns.begin(), played.returns.end(), 0.0);
    return {.mean_return = sum / static_cast<double>(played.returns.size()), .steps = played.steps};
  }

 private:
  void differentiate(const Played& played) const {
    at::Tensor observed = at::empty({played.steps, student_.spec.observation}, at::kFloat);
    at::Tensor chosen = at::empty({played.steps}, at::kLong);
    at::Tensor advantage = at::empty({played.steps}, at::kFloat);
    const auto baseline = baseline_of(played);
    std::int64_t at = 0;
    for (const Trace& trace : played.traces) {
      std::copy(trace.observations.begin(), trace.observations.end(),
                observed.data_ptr<float>() + at * student_.spec.observation);
      const auto gains = to_go(trace);
      for (std::size_t t = 0; t < gains.size(); ++t, ++at) {
        chosen.data_ptr<std::int64_t>()[at] = trace.actions[t];
        advantage.data_ptr<float>()[at] = static_cast<float>(gains[t] - baseline[t]);
      }
    }
    const at::AutoGradMode record(true);
    const at::Tensor row =
        wave::run_program(student_.program, observed, student_.parameters.tensors(), {});
    const at::Tensor logs = at::log_softmax(row, 1);
    const at::Tensor taken = logs.gather(1, chosen.unsqueeze(1)).squeeze(1);
    const at::Tensor entropy = -(logs.exp() * logs).sum(1);
    const at::Tensor gained = (taken * advantage + config_.entropy * entropy).sum();
    student_.parameters.differentiate(-gained / static_cast<double>(config_.episodes));
  }

  /// The mean of what is gained from each step on, over the episodes that get so far.
  static std::vector<double> baseline_of(const Played& played) {
    std::vector<double> sums, counts;
    for (const Trace& trace : played.traces) {
      const auto gains = to_go(trace);
      sums.resize(std::max(sums.size(), gains.size()), 0.0);
      counts.resize(sums.size(), 0.0);
      for (std::size_t t = 0; t < gains.size(); ++t) sums[t] += gains[t], counts[t] += 1;
    }
    for (std::size_t t = 0; t < sums.size(); ++t) sums[t] /= counts[t];
    return sums;
  }

  Config config_;
  const Student& student_;
  Arena arena_;
};

const Registered<MethodEntry> registered(
    method<Reinforce>("reinforce", settings,
                      "Actions are drawn, and made likelier by what they bring beyond the mean "
                      "(REINFORCE with a baseline)."));

}  // namespace
}  // namespace glia::policy
