// SPDX-License-Identifier: MIT
#include <glia/sdk/error.hpp>
#include <glia/sdk/plain_text.hpp>

#include <utility>

namespace glia {

namespace {

/// A list of problems of a long file is longer than what anybody says of one thing.
std::size_t longest(ErrorCode code) {
  return code == ErrorCode::configuration ? std::size_t{1} << 20 : std::size_t{1} << 14;
}

}  // namespace

// By value, as the plugins that are built call it.  NOLINTNEXTLINE(performance-unnecessary-value-param)
Error::Error(ErrorCode code, std::string message, std::string hint)
    : code_(code), message_(plain_text(message, longest(code))), hint_(plain_text(hint)) {
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
