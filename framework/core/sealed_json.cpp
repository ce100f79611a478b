// SPDX-License-Identifier: MIT
#include "core/sealed_json.hpp"

#include "core/hash.hpp"
#include "core/nesting.hpp"

#include <glia/sdk/error.hpp>

#include <utility>

namespace glia {
namespace {

using nlohmann::ordered_json;
constexpr const char* seal = "sha256";

/// Of an object without its seal, in the order of its members: numbers are written so that they
/// read back the same.
std::string digest(const ordered_json& object) {
  return sha256_hex(object.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

}  // namespace

ordered_json sealed(ordered_json object) {
  object.erase(seal);
  object[seal] = digest(object);
  return object;
}

bool is_sealed(const ordered_json& object) {
  const auto found = object.is_object() ? object.find(seal) : object.end();
  return found != object.end() && found->is_string();
}

ordered_json unsealed(ordered_json object, const std::string& what) {
  if (!is_sealed(object)) {
    throw Error(ErrorCode::data, what + ": has no checksum: damaged, or of an older glia");
  }
  const auto given = object.at(seal).get<std::string>();
  object.erase(seal);
  if (digest(object) != given) {
    throw Error(ErrorCode::data, what + ": was changed since glia wrote it, or is damaged");
  }
  return object;
}

ordered_json parse_stored(std::string_view text, const std::string& what) {
  try {
    return ordered_json::parse(shallow_json(text));
  } catch (const Error& e) {
    throw Error(ErrorCode::data, what + ": " + e.message());
  } catch (const ordered_json::exception& e) {
    throw Error(ErrorCode::data, what + ": not valid JSON: " + e.what());
  }
}

ordered_json parse_sealed(std::string_view text, const std::string& what) {
  return unsealed(parse_stored(text, what), what);
}

}  // namespace glia
