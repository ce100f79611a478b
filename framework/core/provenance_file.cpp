// SPDX-License-Identifier: MIT
#include "core/provenance_file.hpp"

#include "core/json_text.hpp"
#include "core/sealed_json.hpp"
#include "core/study_mark.hpp"
#include "core/text_file.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <system_error>

namespace glia {

using nlohmann::json;
using nlohmann::ordered_json;

std::string provenance_text(const json& all) {
  return json_text(sealed(ordered_json(all)), 2) + '\n';
}

json read_provenance(const std::filesystem::path& file) {
  std::error_code ignored;  // of a link that leads nowhere reading says more
  if (!std::filesystem::exists(std::filesystem::symlink_status(file, ignored))) return nullptr;
  constexpr const char* hint =
      "put it back from a copy, or remove it: only builds and machine of then are in it";
  try {
    const auto stored = parse_perhaps_sealed(read_text_file(file), file.string());
    if (!stored.is_object()) {
      throw Error(ErrorCode::data, file.string() + " is damaged: it holds no object");
    }
    const auto mark = stored.find(mark_key), resumed = stored.find("resumed");
    if ((mark != stored.end() && !mark->is_string()) ||
        (resumed != stored.end() && !resumed->is_array())) {
      throw Error(ErrorCode::data,
                  file.string() + " is damaged: \"mark\" is no text, or \"resumed\" no list");
    }
    return json(stored);
  } catch (const Error& e) {
    throw Error(e.code(), e.message(), e.hint().empty() ? hint : e.hint());
  }
}

}  // namespace glia
