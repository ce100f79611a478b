// SPDX-License-Identifier: MIT
// Arguments KEY=VALUE, one a line, on a good file with a sweep.
#include "config/template.hpp"
#include "fuzz.hpp"
#include "pipelines.hpp"
#include "support.hpp"

#include <algorithm>
#include <sstream>

FUZZ_TARGET(overrides) {
  std::vector<std::string> arguments;
  std::istringstream lines{std::string(bytes)};
  for (std::string line; std::getline(lines, line) && arguments.size() < 8;) {
    std::replace(line.begin(), line.end(), '\0', '0');  // no argument of a program holds one
    arguments.push_back(line);
  }
  static const std::string base =
      std::string(good_file) +
      "[sweep]\nseeds = 2\n[sweep.axes]\n\"network.deep.pattern.leak.sigma\" = [0.1, 0.2]\n"
      "[[sweep.zip]]\n\"encoder.latent.z\" = [12, 20]\n\"head.digit.train.epochs\" = [1, 2]\n";
  fuzz::read_pipeline(base, arguments);
  for (const auto& each : arguments) {
    if (each.find('=') == std::string::npos) continue;
    fuzz::answered([&] { glia::config::axis_texts(each); });
  }
}
