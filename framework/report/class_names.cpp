// SPDX-License-Identifier: MIT
#include "core/json_text.hpp"
#include "report/confusion.hpp"
#include "train/description.hpp"
#include "train/safetensors.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <system_error>

namespace glia::report {

std::vector<std::string> class_names(const std::filesystem::path& run, const std::string& head) {
  const auto file = run / "checkpoints" / (head + ".safetensors");
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  try {
    const auto metadata = train::map_safetensors(file).metadata;
    const auto found = metadata.find(train::description_key);
    if (found == metadata.end()) return {};
    const auto json = read_json(found->second);
    return json.at("data").at("class_names").get<std::vector<std::string>>();
  } catch (const Error&) {  // a damaged checkpoint is told where it is used
  } catch (const nlohmann::json::exception&) {
  }
  return {};
}

}  // namespace glia::report
