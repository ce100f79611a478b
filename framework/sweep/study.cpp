// SPDX-License-Identifier: MIT
#include "sweep/study.hpp"

#include <utility>

namespace glia::sweep {

Study::Study(const config::SweepSpec& spec)
    : Study(Registry<SamplerEntry>::all().at(spec.sampler).make(spec)) {}

Study::Study(std::unique_ptr<Sampler> sampler)
    : sampler_(std::move(sampler)), learning_(sampler_->learning()) {}

std::vector<Point> Study::more(const std::vector<std::optional<EndedPoint>>& ended) {
  std::vector<Point> fresh;
  while (!complete_) {
    if (learning_) {
      const std::size_t next = points_.size() + 1;
      const std::size_t needed = next > learning_->parallel ? next - learning_->parallel : 0;
      for (; told_ < needed; ++told_) {
        if (told_ >= ended.size() || !ended[told_]) return fresh;
        auto loss = ended[told_]->value;
        if (loss && !learning_->objective.minimize) loss = -*loss;
        sampler_->tell(points_[told_], loss);
      }
    }
    const auto suggested = sampler_->ask(points_);
    complete_ = suggested.empty();
    points_.insert(points_.end(), suggested.begin(), suggested.end());
    fresh.insert(fresh.end(), suggested.begin(), suggested.end());
    if (!learning_) complete_ = true;
  }
  return fresh;
}

}  // namespace glia::sweep
