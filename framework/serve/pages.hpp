// SPDX-License-Identifier: MIT
// What the live page is made of, as HTML: a frame, and parts in it that are fetched anew one by one.
#pragma once

#include "serve/watched_folder.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace glia::serve {

/// The line of one run or sweep, ready to be shown.
struct Summary {
  nlohmann::ordered_json json;  ///< as `glia ls --json`, with "started"
  bool ranking = false;         ///< what is best is still being worked out
};

/// A part of a page: where it is fetched from, and what it holds now.
struct Part {
  std::string id, source, content;
};

/// The document: heading, where to go back to, whether the server answers, the parts.
/// `name`: the item that it is about, "" for all.
std::string framed(const std::string& token, const std::string& name, const std::string& heading,
                   const std::vector<Part>& parts);

/// The part of the overview: a page of the table of runs and sweeps.
std::string overview(const std::string& token, const Items& items,
                     const std::vector<Summary>& summaries, std::size_t from);

/// How many lines of the table stand on one page.
inline constexpr std::size_t page_lines = 100;

/// Status, best and start of an item in one line.
std::string summary_line(const Summary& summary);

/// A form that asks for the picture of a wave.
std::string wave_form(const std::vector<std::string>& heads);

/// A paragraph that says what went wrong.
std::string problem(const std::string& text);

/// A link within the site.
std::string link(const std::string& path, const std::string& token, const std::string& text);

/// The script of all pages, and their style besides that of reports.
extern const char* const page_script;
extern const char* const page_style;

}  // namespace glia::serve
