// SPDX-License-Identifier: MIT
// How two identities differ, line by line.
#pragma once

#include <string>
#include <vector>

namespace glia::graph {

/// The lines of an identity but for the keys of its inputs: what differs in an input is told where
/// that is.
std::vector<std::string> own_lines(const std::string& identity);

/// Those of the first that the second lacks; of equal lines as many as it has fewer.
std::vector<std::string> lines_lacked(const std::vector<std::string>& first,
                                      const std::vector<std::string>& second);

}  // namespace glia::graph
