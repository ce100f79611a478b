// SPDX-License-Identifier: MIT
#include "sweep/estimate.hpp"

#include "sweep/store.hpp"

#include <glia/sdk/error.hpp>

#include <system_error>

namespace glia::sweep {
namespace fs = std::filesystem;

Estimate estimate(const Plan& plan, const Cache& cache, const std::set<fs::path>& runs) {
  Estimate found;
  double stages = 0;
  std::size_t count = 0;
  for (const auto& stage : plan.shared) found.cached.push_back(cache.entry(stage.key).has_value());
  for (const auto& entry : cache.entries()) {
    for (const auto& stage : plan.shared) {
      // "latent/encode" takes no time to speak of beside "latent/train".
      const std::string node = stage.name.substr(0, stage.name.find('/'));
      if (entry.name != node + "/train") continue;
      stages += entry.seconds;
      ++count;
      break;
    }
  }
  if (count > 0) found.stage_seconds = stages / static_cast<double>(count);

  double seconds = 0;
  for (const auto& folder : runs) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      std::error_code ignored;
      if (!fs::exists(it->path() / "sweep.sqlite", ignored)) continue;
      try {
        const Store store(it->path() / "sweep.sqlite", Store::Mode::read);
        if (store.info("pipeline") != plan.pipeline) continue;
        const auto [n, sum] = store.seconds_of_ok();
        found.past_trials += n;
        seconds += sum;
      } catch (const Error&) {  // not ours to complain about
      }
    }
  }
  if (found.past_trials > 0) {
    found.trial_seconds = seconds / static_cast<double>(found.past_trials);
  }
  return found;
}

}  // namespace glia::sweep
