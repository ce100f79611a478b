// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>

#include <utility>

namespace glia {

Error::Error(ErrorCode code, std::string message, std::string hint)
    : code_(code), message_(std::move(message)), hint_(std::move(hint)) {
  compose();
}

Error::Error(const Error&) = default;
Error& Error::operator=(const Error&) = default;
Error::~Error() = default;

Error& Error::within(std::string place) {
  places_.push_back(std::move(place));
  compose();
  return *this;
}

void Error::compose() {
  text_ = message_;
  for (const auto& place : places_) text_ += "\n  in " + place;
  if (!hint_.empty()) text_ += "\n  hint: " + hint_;
}

}  // namespace glia
