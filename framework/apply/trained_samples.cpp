// SPDX-License-Identifier: MIT
#include "apply/trained_samples.hpp"

#include "core/log.hpp"
#include "train/overlap.hpp"

namespace glia::apply {
namespace {

constexpr std::int64_t most_numbers = std::int64_t{1} << 26;  // inputs of MNIST, and some more

}  // namespace

void tell_if_trained_on(const train::LoadedData& measured, const train::LoadedData& of_run,
                        Split split) {
  if (measured.spec.features() != of_run.spec.features()) return;
  const auto trained_on = train::KnownSamples::of(of_run, Split::train, most_numbers);
  if (!trained_on) return;
  const std::int64_t found = trained_on->count(measured, split, most_numbers).value_or(0);
  if (found == 0) return;
  const std::int64_t size = measured.size(split), own_size = of_run.size(split);
  if (split == Split::train) {
    if (found == size) return;
    log().warn(
        "data set '{}': the run was trained on {} of these {} samples; its own training split is "
        "measured without changes",
        measured.id, found, size);
    return;
  }
  const std::int64_t own = trained_on->count(of_run, split, most_numbers).value_or(0);
  if (found * own_size <= own * size) return;
  log().warn(
      "data set '{}': the run was trained on {} of these {} samples, so that what is measured says "
      "little of new ones; its own {} split is measured without changes",
      measured.id, found, size, split_name(split));
}

}  // namespace glia::apply
