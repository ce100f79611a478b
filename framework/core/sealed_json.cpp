// SPDX-License-Identifier: MIT
#include "core/sealed_json.hpp"

#include "core/hash.hpp"
#include "core/json_text.hpp"
#include "core/json_trouble.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace glia {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
constexpr const char* seal = "sha256";
constexpr const char* changed = "was changed since glia wrote it, or is damaged";
constexpr std::string_view seal_begin = ",\"sha256\":\"", seal_end = "\"}\n";

/// Of an object without its seal, in the order of its members: numbers are written so that they
/// read back the same.
std::string digest(const ordered_json& object) { return sha256_hex(json_text(object)); }

[[noreturn]] void refuse(const std::string& what, const std::string& why) {
  throw Error(ErrorCode::data, what.empty() ? why : what + ": " + why);
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
  if (!is_sealed(object)) refuse(what, "has no checksum: damaged, or of an older glia");
  const auto given = object.at(seal).get<std::string>();
  object.erase(seal);
  if (digest(object) != given) refuse(what, changed);
  return object;
}

ordered_json parse_stored(std::string_view text, const std::string& what) {
  try {
    return read_ordered_json(text);
  } catch (const Error& e) {
    refuse(what, e.message());
  } catch (const ordered_json::exception& e) {
    refuse(what, json_trouble(e, text));
  }
}

ordered_json parse_sealed(std::string_view text, const std::string& what) {
  return unsealed(parse_stored(text, what), what);
}

ordered_json parse_perhaps_sealed(std::string_view text, const std::string& what) {
  auto stored = parse_stored(text, what);
  return is_sealed(stored) ? unsealed(std::move(stored), what) : stored;
}

ordered_json parse_format(std::string_view text, const std::string& what, std::string_view format,
                          std::initializer_list<std::string_view> before) {
  auto stored = parse_stored(text, what);
  const auto found = stored.is_object() ? stored.find("format") : stored.end();
  if (found == stored.end() || !found->is_string()) refuse(what, "damaged: it names no format");
  const auto name = found->get<std::string>();
  const bool old = std::find(before.begin(), before.end(), name) != before.end();
  if (!old && name != format) {
    refuse(what, fmt::format("has the format '{}', which this glia does not know", name));
  }
  return old && !is_sealed(stored) ? stored : unsealed(std::move(stored), what);
}

std::string sealed_text(std::string open_object) {
  const std::string digest = sha256_hex(open_object);
  return open_object.append(seal_begin).append(digest).append(seal_end);
}

/// Whether the object that a text holds has a member like a seal; of a text that is none whoever reads it tells.
bool names_seal(std::string_view text) {
  bool named = false;
  try {
    read_json(text, [&](int depth, json::parse_event_t event, json& value) {
      named = named || (event == json::parse_event_t::key && depth == 1 && value == seal);
      return depth < 1;
    });
  } catch (const json::exception&) {
  } catch (const Error&) {
  }
  return named;
}

void require_seal(std::string_view text, const std::string& what) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  constexpr std::size_t digits = 64, size = seal_begin.size() + digits + seal_end.size() - 1;
  const auto end = text.substr(text.size() - std::min(size, text.size()));
  if (!end.starts_with(seal_begin) || !end.ends_with(seal_end.substr(0, 2))) {
    if (names_seal(text)) refuse(what, changed);  // written anew by a program that kept the digest
    return;
  }
  if (sha256_hex(text.substr(0, text.size() - size)) != end.substr(seal_begin.size(), digits)) {
    refuse(what, changed);
  }
}

}  // namespace glia
