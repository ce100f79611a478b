// SPDX-License-Identifier: MIT
#pragma once

#include "core/diagnostics.hpp"

#include <glia/sdk/schema.hpp>
#include <glia/sdk/value.hpp>

#include <string>

namespace glia::config {

/// A step of a data set's `augment = [{ ... }]`: what is done to its training samples.
struct AugmentationSpec {
  std::string augmentation;  ///< its name
  ValueMap settings{};       ///< what it declares, complete
  Source source{};           ///< of the step
};

inline constexpr auto augmentation_schema = glia::schema<AugmentationSpec>(
    glia::field(&AugmentationSpec::augmentation, "augmentation")
        .required()
        .doc("What is done to a training sample, anew in every epoch."));

}  // namespace glia::config
