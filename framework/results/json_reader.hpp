// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace glia::results {

/// Error (data) if it is not JSON, with the place.
nlohmann::json parse_json(std::string_view text);

/// The same for what glia has left of a run, without its seal. Error (data) also where the seal is
/// broken; older versions wrote none.
nlohmann::json parse_sealed_results(std::string_view text);

/// A value of a JSON text together with where it stands, so that Error (data) can say what is wrong
/// there: "heads.astrocytes.curve[2].epoch should be a whole number from 0, but is -1". It refers
/// to the value, which must outlive it.
class Reader {
 public:
  Reader(const nlohmann::json& value, std::string place)
      : value_(value), place_(std::move(place)) {}

  bool is_null() const { return value_.is_null(); }
  bool has(const char* key) const { return value_.is_object() && value_.contains(key); }
  Reader at(const char* key) const;

  /// Calls use(id, reader) for every member.
  template <class Use>
  void each_member(Use use) const {
    if (!value_.is_object()) expected("an object");
    for (const auto& [id, value] : value_.items()) use(id, Reader(value, place_ + '.' + id));
  }

  /// Calls use(reader) for every element.
  template <class Use>
  void each_element(Use use) const {
    if (!value_.is_array()) expected("a list");
    for (std::size_t i = 0; i < value_.size(); ++i) {
      use(Reader(value_[i], place_ + '[' + std::to_string(i) + ']'));
    }
  }

  double number() const;  ///< NaN for null
  std::int64_t count() const;
  std::uint64_t seed() const;
  bool yes_or_no() const;
  std::string text() const;
  /// Any scalar or list as one text: "0.3", "ring", "[20, 10]".
  std::string any_text() const;
  [[noreturn]] void expected(const std::string& what) const;

 private:
  const nlohmann::json& value_;
  std::string place_;
};

}  // namespace glia::results
