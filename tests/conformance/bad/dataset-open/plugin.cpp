// SPDX-License-Identifier: MIT
// Data that is missing, and no hint.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Data {
 public:
  using Data::Data;

  void open() override {
    throw glia::Error(glia::ErrorCode::data, "fopen failed");  // and no word on what to do
  }
};

}  // namespace

BAD_PLUGIN(bad::dataset<Bad>())
