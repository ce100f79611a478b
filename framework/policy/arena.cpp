// SPDX-License-Identifier: MIT
#include "policy/arena.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/parallel.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::policy {
namespace {

constexpr double most_bytes = 2e9;  // of the weights of all lanes

constexpr std::int64_t width = LaneProgram::lanes;

/// The first of the greatest cells of lane `lane`; cells that are no numbers do not win.
std::int32_t greatest(const float* row, std::int64_t cells, std::int64_t lane) {
  std::int32_t best = 0;
  for (std::int64_t c = 1; c < cells; ++c) {
    if (row[c * width + lane] > row[best * width + lane]) best = static_cast<std::int32_t>(c);
  }
  return best;
}

}  // namespace

std::vector<std::uint64_t> episode_keys(const Student& student, const std::string& purpose,
                                        std::uint64_t number, std::int64_t count) {
  RandomStream random(student.environment.spec.seed, student.id + '/' + purpose, number);
  std::vector<std::uint64_t> keys(static_cast<std::size_t>(count));
  for (auto& key : keys) {
    const std::uint64_t high = random.bits();
    key = high << 32 | random.bits();
  }
  return keys;
}

/// Up to `width` lanes that are computed together.
class Arena::Tile {
 public:
  Tile(const Student& student, std::int64_t number, std::int64_t first, std::int64_t lanes)
      : student_(student),
        number_(number),
        first_(first),
        lanes_(lanes),
        program_(*student.program, student.carries),
        episodes_(student.task.episodes(lanes)),
        x_(student.spec.observation * width, 0.0F),
        actions_(count()),
        rewards_(count()),
        ended_(count()),
        over_(count()) {}

  std::size_t count() const { return static_cast<std::size_t>(lanes_); }
  std::int64_t first() const { return first_; }

  void set(const float* flat, std::int64_t episodes) {
    const std::int64_t parameters = student_.program->parameter_count();
    for (std::int64_t lane = 0; lane < lanes_;) {
      const std::int64_t candidate = (first_ + lane) / episodes;
      const std::int64_t end = std::min(lanes_, (candidate + 1) * episodes - first_);
      program_.set(lane, end, flat + candidate * parameters);
      lane = end;
    }
  }

  void play(std::span<const std::uint64_t> keys, const Play& how, Trace* traces) {
    const auto acting =
        RandomStream(student_.environment.spec.seed, student_.id + "/actions", how.number)
            .fork(static_cast<std::uint64_t>(number_));
    RandomStream choices = acting;
    program_.rest();
    run(keys, traces, [&](std::int64_t t) {
      episodes_->observe(std::span(x_.data(), static_cast<std::size_t>(x_.size())), width);
      const auto streams = streams_of(how, t);
      const float* row = program_.forward(
          x_.data(), {.training = how.training, .streams = streams, .tile = number_});
      how.acting == Acting::greatest ? decide(row) : sample(row, choices);
    });
  }

  void advise(std::size_t baseline, std::span<const std::uint64_t> keys) {
    run(keys, nullptr, [&](std::int64_t) {
      episodes_->advise(baseline, actions_);
      for (const auto action : actions_) {
        if (action >= 0 && action < student_.spec.actions) continue;
        throw Error(
            ErrorCode::internal,
            fmt::format("baseline '{}' takes action {}, and there are {}",
                        student_.spec.baselines.at(baseline).name, action, student_.spec.actions));
      }
    });
  }

  void add_to(Played& played) {
    played.steps += steps_;
    for (std::size_t a = 0; a < used_.size(); ++a) {
      if (used_[a]) played.used[a] = true;
    }
    std::copy(returns_.begin(), returns_.end(), played.returns.begin() + first_);
    for (const Measure& measure : episodes_->measures()) {
      const auto same = [&](const Measure& m) { return m.name == measure.name; };
      const auto at = std::find_if(played.measures.begin(), played.measures.end(), same);
      if (at == played.measures.end()) {
        played.measures.push_back(measure);
      } else {
        at->values.insert(at->values.end(), measure.values.begin(), measure.values.end());
      }
    }
  }

 private:
  template <class Act>
  void run(std::span<const std::uint64_t> keys, Trace* traces, Act act) {
    lane_keys_.clear();
    for (std::int64_t lane = 0; lane < lanes_; ++lane) {
      const auto episode = static_cast<std::size_t>(first_ + lane) % keys.size();
      lane_keys_.push_back(keys[episode]);
    }
    episodes_->reset(lane_keys_);
    returns_.assign(count(), 0.0);
    used_.assign(static_cast<std::size_t>(student_.spec.actions), false);
    std::fill(over_.begin(), over_.end(), std::uint8_t{0});
    steps_ = 0;
    std::size_t left = count();
    for (std::int64_t t = 0; t < student_.spec.steps && left > 0; ++t) {
      heed_stop(t);
      act(t);
      episodes_->step(actions_, rewards_, ended_);
      left = book(traces);
    }
  }

  /// A generation of many or large candidates takes long; what it has come to is played again.
  void heed_stop(std::int64_t t) const {
    const auto& stop = student_.environment.stop;
    if (t % 16 == 0 && stop && stop()) {
      throw Error(ErrorCode::interrupted,
                  fmt::format("policy '{}' was stopped in a generation, which is played again when "
                              "the run goes on",
                              student_.id));
    }
  }

  /// Adds up what the step has brought; how many lanes go on.
  std::size_t book(Trace* traces) {
    std::size_t left = 0;
    for (std::size_t lane = 0; lane < count(); ++lane) {
      if (over_[lane]) continue;
      if (!std::isfinite(rewards_[lane])) {
        throw Error(ErrorCode::numeric, "the task gives a reward that is no finite number");
      }
      ++steps_;
      returns_[lane] += rewards_[lane];
      used_[static_cast<std::size_t>(actions_[lane])] = true;
      if (traces) note(lane, traces[lane]);
      over_[lane] = ended_[lane];
      left += ended_[lane] ? 0 : 1;
    }
    return left;
  }

  void note(std::size_t lane, Trace& trace) const {
    for (std::int64_t i = 0; i < student_.spec.observation; ++i) {
      trace.observations.push_back(x_[i * width + static_cast<std::int64_t>(lane)]);
    }
    trace.actions.push_back(actions_[lane]);
    trace.rewards.push_back(rewards_[lane]);
  }

  /// One per network; they are made only where something is drawn.
  std::vector<RandomStream> streams_of(const Play& how, std::int64_t t) const {
    std::vector<RandomStream> streams;
    if (!student_.program->random()) return streams;
    const auto message = how.number << 24 | static_cast<std::uint64_t>(t);
    for (const auto& network : student_.networks) {
      streams.emplace_back(student_.environment.spec.seed,
                           fmt::format("{}/{}/{}", student_.id, network, how.purpose), message);
    }
    return streams;
  }

  void decide(const float* row) {
    for (std::int64_t lane = 0; lane < lanes_; ++lane) {
      actions_[static_cast<std::size_t>(lane)] = greatest(row, student_.spec.actions, lane);
    }
  }

  /// The greatest of the cells with Gumbel noise on them: so softmax chooses.
  void sample(const float* row, RandomStream& random) {
    const std::int64_t cells = student_.spec.actions;
    noisy_.resize(static_cast<std::size_t>(cells * width));
    random.uniform(std::span(noisy_), 0.0F, 1.0F);
    for (std::size_t i = 0; i < noisy_.size(); ++i) {
      const float above_zero = std::max(noisy_[i], 0x1p-25F);
      noisy_[i] = row[i] - std::log(-std::log(above_zero));
    }
    decide(noisy_.data());
  }

  const Student& student_;
  std::int64_t number_, first_, lanes_;
  LaneProgram program_;
  std::unique_ptr<Episodes> episodes_;
  wave::Memory<float> x_;
  std::vector<std::int32_t> actions_;
  std::vector<float> rewards_, noisy_;
  std::vector<std::uint8_t> ended_, over_;
  std::vector<std::uint64_t> lane_keys_;
  std::vector<double> returns_;
  std::vector<bool> used_;
  std::int64_t steps_ = 0;
};

Arena::Arena(const Student& student, std::int64_t candidates, std::int64_t episodes)
    : student_(student), candidates_(candidates), episodes_(episodes) {
  const std::int64_t lanes = candidates * episodes;
  const double bytes =
      4.0 * static_cast<double>(lanes) * static_cast<double>(student.program->parameter_count());
  if (bytes > most_bytes) {
    throw Error(ErrorCode::configuration,
                fmt::format("policy '{}': {} candidates in {} episodes each, with {} parameters, "
                            "need {:.1f} GB at once",
                            student.id, candidates, episodes, student.program->parameter_count(),
                            bytes / 1e9),
                "take fewer candidates or episodes, or a smaller network");
  }
  for (std::int64_t first = 0; first < lanes; first += width) {
    tiles_.push_back(
        std::make_unique<Tile>(student, first / width, first, std::min(width, lanes - first)));
  }
}

Arena::~Arena() = default;

template <class Each>
Played Arena::gather(bool keep_traces, Each each) {
  Played played{.returns = std::vector<double>(static_cast<std::size_t>(candidates_ * episodes_)),
                .used = std::vector<bool>(static_cast<std::size_t>(student_.spec.actions))};
  if (keep_traces) played.traces.resize(played.returns.size());
  parallel(static_cast<std::int64_t>(tiles_.size()), [&](std::int64_t i) {
    Tile& tile = *tiles_[static_cast<std::size_t>(i)];
    each(tile, keep_traces ? played.traces.data() + tile.first() : nullptr);
  });
  for (const auto& tile : tiles_) tile->add_to(played);
  return played;
}

Played Arena::play(const float* flat, std::span<const std::uint64_t> keys, const Play& how,
                   bool keep_traces) {
  return gather(keep_traces, [&](Tile& tile, Trace* traces) {
    tile.set(flat, episodes_);
    tile.play(keys, how, traces);
  });
}

Played Arena::play_baseline(std::size_t number, std::span<const std::uint64_t> keys) {
  return gather(false, [&](Tile& tile, Trace*) { tile.advise(number, keys); });
}

}  // namespace glia::policy
