// SPDX-License-Identifier: MIT
#include "report/png.hpp"

#include "core/process.hpp"
#include "core/text.hpp"

#include <fmt/format.h>

#include <chrono>

namespace glia::report {

PngProblem draw_png(const std::filesystem::path& folder, const std::string& stem,
                    const std::vector<std::string>& size) {
  std::vector<std::string> words{"rsvg-convert"};
  words.insert(words.end(), size.begin(), size.end());
  words.insert(words.end(), {"-o", stem + ".png", stem + ".svg"});
  const Ended ended = run_program(words, folder, std::chrono::seconds(60));
  if (!ended.found) return {true, "rsvg-convert was not found"};
  if (ended.status != 0 && ended.output.empty()) {
    return {false, fmt::format("rsvg-convert ended with exit code {}", ended.status)};
  }
  if (ended.status != 0) return {false, "rsvg-convert: " + one_line(ended.output)};
  return {};
}

}  // namespace glia::report
