// SPDX-License-Identifier: MIT
// Parts of the page of one run or sweep that take more than a table of what is at hand.
#pragma once

#include "serve/pages.hpp"
#include "serve/watched_folder.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace glia::serve {

/// The heads of a run whose waves can be drawn: those that are no policies, as what these do with an
/// observation is no wave of a sample.
std::vector<std::string> wave_heads(const Summary& summary);

/// What `glia report` says below its header, as HTML with links to the numbers of its figures; ""
/// while there are no results. Error if they are damaged.
std::string report_of(const Item& item, const std::string& token);

/// The numbers of these figures, as CSV by the names that the links have.
std::map<std::string, std::string> numbers_of(const Item& item);

/// A list of the trials of a sweep that have pages of their own; "" for none.
std::string kept_trials(const Item& item, const std::string& token);

}  // namespace glia::serve
