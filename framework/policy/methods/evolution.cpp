// SPDX-License-Identifier: MIT
#include "policy/arena.hpp"
#include "policy/method.hpp"
#include "policy/ranks.hpp"

#include <glia/sdk/schema.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace glia::policy::methods::evolution {
namespace {

struct Config {
  std::int64_t candidates = 64;
  std::int64_t episodes = 4;
  double sigma = 0.2;
  double sigma_half = 0;
};

constexpr auto settings = schema<Config>(
    field(&Config::candidates, "candidates")
        .range(2, 1e5)
        .doc("Of evolution: policies that are tried in a generation, in pairs on opposite sides of "
             "the one that is trained."),
    field(&Config::episodes, "episodes")
        .range(1, 1e5)
        .doc("Episodes that are played by each candidate, the same ones, in every generation "
             "others; by reinforce, of the policy that is trained."),
    field(&Config::sigma, "sigma")
        .range(1e-9, 1e3)
        .doc("Of evolution: standard deviation of a candidate's parameters around those of the "
             "policy that is trained."),
    field(&Config::sigma_half, "sigma_half")
        .range(0, 1e9)
        .unit("generations")
        .doc("Of evolution: after so many generations sigma is half of what it was, smoothly, down "
             "to a thousandth; 0: it stays."),
    rule<Config>([](const Config& c) -> const char* {
      return c.candidates % 2 ? "candidates come in pairs: their number must be even" : nullptr;
    }));

/// Antithetic evolution strategies (Salimans et al., "Evolution strategies as a scalable alternative
/// to reinforcement learning", 2017): candidates theta +- sigma e, and of their mean returns only the
/// ranks count, from -1/2 to 1/2. The gradient is the mean of rank times e, over sigma.
class Evolution final : public Method {
 public:
  Evolution(const Config& config, const Student& student)
      : config_(config), student_(student), arena_(student, config.candidates, config.episodes) {}

  Generation gradients(std::uint64_t number) override {
    at::NoGradGuard no_grad;
    const at::Tensor& theta = student_.parameters.values();
    const std::int64_t pairs = config_.candidates / 2, size = theta.numel();
    const at::Tensor noise = noise_of(number, pairs, size);
    const double sigma = sigma_of(number);
    at::Tensor candidates = at::empty({pairs, 2, size}, theta.options());
    candidates.select(1, 0).copy_(theta + sigma * noise);
    candidates.select(1, 1).copy_(theta - sigma * noise);
    const auto keys = episode_keys(student_, "episodes", number, config_.episodes);
    const Played played = arena_.play(candidates.data_ptr<float>(), keys,
                                      {.purpose = "train", .number = number, .training = true});
    const auto ranks = ranks_of(means_of(played.returns, config_.episodes));
    const double scale = -1 / (sigma * static_cast<double>(config_.candidates));
    const auto gradient = train::numbers_of(student_.parameters.gradient());
    std::fill(gradient.begin(), gradient.end(), 0.0F);
    for (std::int64_t p = 0; p < pairs; ++p) {  // in this order whatever the threads
      const auto plus = static_cast<std::size_t>(2 * p);
      const auto weight = static_cast<float>(scale * (ranks[plus] - ranks[plus + 1]));
      const float* direction = noise.data_ptr<float>() + p * size;
      for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += weight * direction[i];
    }
    const double sum = std::accumulate(played.returns.begin(), played.returns.end(), 0.0);
    return {.mean_return = sum / static_cast<double>(played.returns.size()), .steps = played.steps};
  }

 private:
  double sigma_of(std::uint64_t number) const {
    if (config_.sigma_half == 0) return config_.sigma;
    constexpr double least = 1e-3;  // below it candidates are the same numbers in float32
    const double share = std::exp2(-static_cast<double>(number) / config_.sigma_half);
    return config_.sigma * std::max(share, least);
  }

  /// Standard normals; none where a parameter stays as it is.
  at::Tensor noise_of(std::uint64_t number, std::int64_t pairs, std::int64_t size) const {
    at::Tensor noise = at::empty({pairs, size}, at::kFloat);
    RandomStream random(student_.environment.spec.seed, student_.id + "/candidates", number);
    random.normal(train::numbers_of(noise.view({pairs * size})));
    if (student_.frozen.empty()) return noise;
    for (std::int64_t p = 0; p < pairs; ++p) student_.frozen.silence(noise[p]);
    return noise;
  }

  Config config_;
  const Student& student_;
  Arena arena_;
};

const Registered<MethodEntry> registered(
    method<Evolution>("evolution", settings,
                      "Candidates around the policy are ranked by their returns (antithetic "
                      "evolution strategies); no gradient passes through the network."));

}  // namespace
}  // namespace glia::policy::methods::evolution
