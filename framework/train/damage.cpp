// SPDX-License-Identifier: MIT
#include "train/damage.hpp"

#include "train/flat_parameters.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/random.hpp>
#include <glia/sdk/value.hpp>

#include <ATen/ATen.h>

#include <utility>

namespace glia::train {
namespace {

/// The weights of a network, as they are and as they were trained. Gives them back when it goes.
class Weights {
 public:
  explicit Weights(const ParameterSet& parameters) {
    for (const auto& [name, tensor] : parameters.all()) {
      if (name != "bias" && !name.ends_with(".bias")) all_.emplace_back(tensor, tensor.clone());
    }
  }
  Weights(const Weights&) = delete;
  ~Weights() {
    for (auto& [now, whole] : all_) now.copy_(whole);
  }

  void add_noise(double deviation, RandomStream& random) {
    for (auto& [now, whole] : all_) {
      at::Tensor draw = at::empty_like(whole);
      random.normal(numbers_of(draw));
      now.copy_(whole + draw * deviation);
    }
  }

  void lose(double probability, RandomStream& random) {
    for (auto& [now, whole] : all_) {
      at::Tensor draw = at::empty_like(whole);
      random.uniform(numbers_of(draw), 0, 1);
      now.copy_(whole * draw.ge(probability));
    }
  }

 private:
  at::NoGradGuard no_grad_;
  std::vector<std::pair<at::Tensor, at::Tensor>> all_;
};

}  // namespace

std::vector<results::DamageResult> test_damaged(const config::DamageSpec& spec, std::uint64_t seed,
                                                const std::string& node,
                                                const ParameterSet& parameters,
                                                const graph::StopRequest& stop,
                                                const std::function<double()>& test) {
  Weights weights(parameters);
  std::vector<results::DamageResult> all;
  const auto levels = [&](const std::string& kind, const std::vector<double>& levels, auto damage) {
    for (const double level : levels) {
      results::DamageResult& result = all.emplace_back(results::DamageResult{kind, level, {}});
      const std::string stream = node + '/' + kind + '/' + to_text(Value{level});
      for (std::int64_t draw = 0; draw < spec.draws; ++draw) {
        if (stop && stop()) throw Error(ErrorCode::interrupted, "stopped while testing damage");
        RandomStream random(seed, stream, static_cast<std::uint64_t>(draw));
        damage(level, random);
        result.accuracies.push_back(test());
      }
    }
  };
  levels("weight_noise", spec.weight_noise,
         [&](double level, RandomStream& random) { weights.add_noise(level, random); });
  levels("weight_loss", spec.weight_loss,
         [&](double level, RandomStream& random) { weights.lose(level, random); });
  return all;
}

}  // namespace glia::train
