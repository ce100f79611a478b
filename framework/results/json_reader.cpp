// SPDX-License-Identifier: MIT
#include "results/json_reader.hpp"

#include "core/json_text.hpp"
#include "core/json_trouble.hpp"
#include "core/sealed_json.hpp"
#include "core/text.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace glia::results {

using nlohmann::json;

namespace {

/// Parsers take the last of two members of one name; who wrote them meant one of the two.
class OneOfEach {
 public:
  bool operator()(int, json::parse_event_t event, const json& value) {
    if (event == json::parse_event_t::object_start) names_.emplace_back();
    if (event == json::parse_event_t::object_end) names_.pop_back();
    if (event != json::parse_event_t::key) return true;
    if (names_.back().insert(value.get<std::string>()).second) return true;
    throw Error(ErrorCode::data,
                fmt::format("is JSON with '{}' twice in one object", value.get<std::string>()));
  }

 private:
  std::vector<std::set<std::string>> names_;
};

}  // namespace

json parse_json(std::string_view text) {
  try {
    return read_json(text, OneOfEach());
  } catch (const json::exception& e) {
    throw Error(ErrorCode::data, json_trouble(e, text));
  }
}

json parse_sealed_results(std::string_view text) {
  if (text.find("\"sha256\"") == std::string_view::npos) return parse_json(text);
  auto stored = parse_stored(text, "");
  if (!is_sealed(stored)) return json(stored);
  try {
    return json(unsealed(std::move(stored), ""));
  } catch (const Error& e) {
    throw Error(
        e.code(), e.message(),
        "put it back from a copy; of a run that is done, glia resume RUN writes it anew from "
        "its checkpoints; a trial that a sweep kept is run again by the command of glia best "
        "SWEEP");
  }
}

Reader Reader::at(const char* key) const {
  if (!value_.is_object()) expected("an object");
  if (!value_.contains(key)) {
    throw Error(ErrorCode::data, (place_.empty() ? "the top level" : place_) +
                                     std::string(" has no \"") + key + '"');
  }
  return {value_[key], place_.empty() ? key : place_ + '.' + key};
}

double Reader::number() const {
  if (value_.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!value_.is_number()) expected("a number or null");
  return value_.get<double>();
}

std::int64_t Reader::count() const {
  if (!value_.is_number_integer() || value_ < 0) expected("a whole number from 0");
  return value_.get<std::int64_t>();
}

std::uint64_t Reader::seed() const {
  if (!value_.is_number_unsigned()) expected("a whole number from 0");
  return value_.get<std::uint64_t>();
}

bool Reader::yes_or_no() const {
  if (!value_.is_boolean()) expected("true or false");
  return value_.get<bool>();
}

std::string Reader::text() const {
  if (!value_.is_string()) expected("text");
  return value_.get<std::string>();
}

std::string Reader::any_text() const {
  if (value_.is_string()) return value_.get<std::string>();
  if (value_.is_number_float()) return shortest(value_.get<double>());
  return json_text(value_);
}

void Reader::expected(const std::string& what) const {
  auto found = json_text(value_);
  if (found.size() > 40) found = one_line(found.substr(0, 37)) + "...";
  throw Error(ErrorCode::data, fmt::format("{} should be {}, but is {}",
                                           place_.empty() ? "the top level" : place_, what, found));
}

}  // namespace glia::results
