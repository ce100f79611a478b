// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace glia::report {

/// A table of a page. Cells are plain text, escaped here. Where it does not fit a narrow window each
/// row becomes a block there, a line for each cell.
struct HtmlTable {
  std::string caption;
  std::vector<std::string> columns;
  std::size_t left = 1;  ///< the first so many columns are words; numbers after them
  std::vector<std::vector<std::string>> rows;
};

std::string to_html(const HtmlTable& table);

/// <tag class="style">escaped text</tag>
std::string element(const std::string& tag, const std::string& text, const std::string& style = "");

/// A <dl> of names and texts.
std::string definitions(const std::vector<std::pair<std::string, std::string>>& entries);

/// The whole document around `body`: nothing fetched, light and dark, made to print. `head` is HTML
/// for its head, after the style: no script unless one is there.
std::string html_page(const std::string& title, const std::string& body,
                      const std::string& head = {});

}  // namespace glia::report
