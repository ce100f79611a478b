// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"

#include <functional>
#include <string>

namespace glia::config {

/// The text of a file. Error (usage) if it cannot be read.
using ReadText = std::function<std::string(const std::string& file)>;

/// A document laid over those that its `extends` names, in their order: tables are joined key by
/// key, of all else the later one stands. Paths are seen from the file that names them. Every
/// value keeps its own source. Error (configuration) for a file that extends itself, for one that
/// cannot be read, and for an `extends` that is none.
Item compose(Item document, const std::string& file, const ReadText& read);

/// The text of a pipeline file, or of the whole that it makes with what it extends. Errors as above
/// and as from `load_pipeline`.
std::string whole_text(const std::string& file);

/// A whole document as TOML, without comments; reading it back gives the same values.
std::string document_text(const Item& document);

}  // namespace glia::config
