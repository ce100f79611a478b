// SPDX-License-Identifier: MIT
// epochs.csv grows while a run goes on; what has been written of it when results are is sealed by them.
#pragma once

#include <filesystem>
#include <string>

namespace glia::results {

/// The text of results.json with how much of the folder's epochs.csv there is, and its digest.
std::string sealing_epochs(const std::filesystem::path& folder, const std::string& results);

/// What is wrong with that file: "" if its beginning is what the results in the folder say, or if
/// they say nothing of it. Errors as those of reading results.
std::string epochs_problem(const std::filesystem::path& folder);

}  // namespace glia::results
