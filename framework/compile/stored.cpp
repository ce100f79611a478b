// SPDX-License-Identifier: MIT
#include "compile/stored.hpp"

#include "core/sealed_json.hpp"
#include "core/text_file.hpp"
#include "results/json_reader.hpp"

#include <glia/sdk/error.hpp>

#include <string>

namespace glia::compile {
namespace {

nlohmann::json parsed(const std::filesystem::path& file, const std::string& text) {
  try {
    return results::parse_json(text);
  } catch (const Error& e) {
    throw Error(e.code(), file.string() + ": " + e.message(), e.hint());
  }
}

}  // namespace

nlohmann::json stored_proof(const std::filesystem::path& file) {
  try {
    return nlohmann::json(parse_perhaps_sealed(read_text_file(file), file.string()));
  } catch (const Error& e) {
    throw Error(e.code(), e.message(),
                "put it back from a copy, or compile anew; what differs is said by glia compile "
                "--verify " +
                    file.parent_path().string());
  }
}

nlohmann::json stored_results(const std::filesystem::path& file) {
  const std::string text = read_text_file(file);
  try {
    require_seal(text, file.string());
  } catch (const Error& e) {
    throw Error(e.code(), e.message(),
                "glia resume " + file.parent_path().string() + " writes it anew");
  }
  return parsed(file, text);
}

}  // namespace glia::compile
