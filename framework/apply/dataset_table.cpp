// SPDX-License-Identifier: MIT
#include "apply/dataset_table.hpp"

#include "config/document.hpp"
#include "config/item_text.hpp"
#include "core/files.hpp"
#include "core/text_file.hpp"

#include <glia/sdk/error.hpp>

#include <filesystem>

namespace glia::apply {

std::optional<std::string> dataset_table(const std::string& input) {
  if (input.starts_with('{')) return input;
  if (std::filesystem::path(input).extension() != ".toml") return std::nullopt;
  std::error_code ignored;
  if (!std::filesystem::exists(input, ignored)) {
    throw Error(ErrorCode::usage, "there is no file " + input);
  }
  const auto document = config::parse_document(read_text_file(input), input);
  if (document.find("plugin")) return config::toml_text(document);
  const auto* sets = document.find("dataset");
  if (sets && sets->value.members.size() == 1) {
    return config::toml_text(sets->value.members.front().value);
  }
  throw Error(ErrorCode::usage, input + " describes no data set, or several",
              "it needs one table [dataset.ID] with a plugin");
}

}  // namespace glia::apply
