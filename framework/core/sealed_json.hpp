// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace glia {

/// The object with one member more, "sha256", of all others: what is stored for later is stored so,
/// and a flipped bit or an edited number is told when it is read.
GLIA_API nlohmann::ordered_json sealed(nlohmann::ordered_json object);

/// Whether it has such a member; what older versions wrote has none.
GLIA_API bool is_sealed(const nlohmann::ordered_json& object);

/// The object without that member. Error (data) says that there is none, or that the object was
/// changed since it was written; `what` is what messages call it ("runs/x/plan.json"), or empty
/// where whoever hears of it knows.
GLIA_API nlohmann::ordered_json unsealed(nlohmann::ordered_json object, const std::string& what);

/// JSON of a file that is kept for later. Error (data) if it is none, nests too deep, or has an
/// object of more members than can be kept in order.
GLIA_API nlohmann::ordered_json parse_stored(std::string_view text, const std::string& what);

/// Both: parses such a text, and takes the seal off.
GLIA_API nlohmann::ordered_json parse_sealed(std::string_view text, const std::string& what);

/// The same of a file that older versions wrote without a seal: one that bears none is read as it is.
GLIA_API nlohmann::ordered_json parse_perhaps_sealed(std::string_view text,
                                                     const std::string& what);

/// The same of a file that names its format; those of `before` were written without a seal and need
/// none. Error (data) for any other format: what it means is not known.
GLIA_API nlohmann::ordered_json parse_format(std::string_view text, const std::string& what,
                                             std::string_view format,
                                             std::initializer_list<std::string_view> before);

/// Sealing for a text that is put together piece by piece and read so, as it is long: takes the text
/// of an object but for its last brace, and gives it back whole, with a digest of these very bytes.
GLIA_API std::string sealed_text(std::string open_object);

/// Error (data) if a text that ends in such a digest was changed since it was written. One without is
/// of an older version, or was written anew by another program.
GLIA_API void require_seal(std::string_view text, const std::string& what);

}  // namespace glia
