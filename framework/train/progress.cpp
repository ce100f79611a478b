// SPDX-License-Identifier: MIT
#include "train/progress.hpp"

namespace glia::train {

Progress::~Progress() = default;

}  // namespace glia::train
