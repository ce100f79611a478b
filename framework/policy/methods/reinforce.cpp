// SPDX-License-Identifier: MIT
#include "policy/arena.hpp"
#include "policy/method.hpp"
#include "policy/unrolled.hpp"
#include "wave/bridge.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/schema.hpp>

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>
#include <vector>

namespace glia::policy::methods::reinforce {
namespace {

struct Config {
  std::int64_t episodes = 4;
  double entropy = 0.01;
  double discount = 1;
};

constexpr auto settings = schema<Config>(
    field(&Config::episodes, "episodes")
        .range(1, 1e5)
        .doc("Episodes that are played by each candidate, the same ones, in every generation "
             "others; by reinforce, of the policy that is trained."),
    field(&Config::entropy, "entropy")
        .range(0, 1e3)
        .doc("Of reinforce: what the entropy of a choice, in nats, gains; it keeps the policy from "
             "settling early."),
    field(&Config::discount, "discount")
        .range(0, 1)
        .doc("Of reinforce: how much of a gain counts for the choice a step before it, of that "
             "again for the one before, and so on. 1: all of it for all; 0: a choice is judged by "
             "what it brings at once."));

/// Each episode's gains from step t on.
std::vector<double> to_go(const Trace& trace, double discount) {
  std::vector<double> all(trace.rewards.begin(), trace.rewards.end());
  for (std::size_t t = all.size(); t-- > 1;) all[t - 1] += discount * all[t];
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
  /// What was seen and done in all episodes, as autograd wants it.
  struct Batch {
    at::Tensor observed;  ///< [steps, observation], or [episodes, passes * observation]
    at::Tensor rows;      ///< [steps]: where each step's last row is
    at::Tensor chosen, advantage;
  };

  void differentiate(const Played& played) {
    const bool carries = !student_.carries.empty();
    std::size_t longest = 0;
    for (const Trace& trace : played.traces) longest = std::max(longest, trace.actions.size());
    // Few lengths, so that few programs are made: powers of two, or whole episodes.
    const auto passes =
        std::min(static_cast<std::int64_t>(std::bit_ceil(longest)), student_.spec.steps);
    const Batch batch = batch_of(played, carries ? passes : 0);
    const at::AutoGradMode record(true);
    const at::Tensor made = wave::run_program(carries ? in_time(passes) : student_.program,
                                              batch.observed, student_.parameters.tensors(), {});
    const at::Tensor last = made.reshape({-1, student_.spec.actions});
    const at::Tensor logs = at::log_softmax(carries ? last.index_select(0, batch.rows) : last, 1);
    const at::Tensor taken = logs.gather(1, batch.chosen.unsqueeze(1)).squeeze(1);
    const at::Tensor entropy = -(logs.exp() * logs).sum(1);
    const at::Tensor gained = (taken * batch.advantage + config_.entropy * entropy).sum();
    student_.parameters.differentiate(-gained / static_cast<double>(config_.episodes));
  }

  /// `passes`: of every episode, side by side; 0: each step is a row of its own.
  Batch batch_of(const Played& played, std::int64_t passes) const {
    const std::int64_t seen = student_.spec.observation;
    Batch batch{.observed = passes ? at::zeros({config_.episodes, passes * seen}, at::kFloat)
                                   : at::empty({played.steps, seen}, at::kFloat),
                .rows = at::empty({played.steps}, at::kLong),
                .chosen = at::empty({played.steps}, at::kLong),
                .advantage = at::empty({played.steps}, at::kFloat)};
    const auto baseline = baseline_of(played);
    std::int64_t at = 0, episode = 0;
    for (const Trace& trace : played.traces) {
      const std::int64_t first = passes ? episode++ * passes : at;
      std::copy(trace.observations.begin(), trace.observations.end(),
                batch.observed.data_ptr<float>() + first * seen);
      const auto gains = to_go(trace, config_.discount);
      for (std::size_t t = 0; t < gains.size(); ++t, ++at) {
        batch.rows.data_ptr<std::int64_t>()[at] = first + static_cast<std::int64_t>(t);
        batch.chosen.data_ptr<std::int64_t>()[at] = trace.actions[t];
        batch.advantage.data_ptr<float>()[at] = static_cast<float>(gains[t] - baseline[t]);
      }
    }
    return batch;
  }

  /// The policy over so many steps of an episode, with the states that it carries.
  const std::shared_ptr<const wave::Program>& in_time(std::int64_t passes) {
    auto& program = in_time_[passes];
    if (!program) program = unrolled(*student_.program, student_.carries, passes);
    return program;
  }

  /// The mean of what is gained from each step on, over the episodes that get so far.
  std::vector<double> baseline_of(const Played& played) const {
    std::vector<double> sums, counts;
    for (const Trace& trace : played.traces) {
      const auto gains = to_go(trace, config_.discount);
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
  std::map<std::int64_t, std::shared_ptr<const wave::Program>> in_time_;  ///< by passes
};

const Registered<MethodEntry> registered(
    method<Reinforce>("reinforce", settings,
                      "Actions are drawn, and made likelier by what they bring beyond the mean "
                      "(REINFORCE with a baseline)."));

}  // namespace
}  // namespace glia::policy::methods::reinforce
