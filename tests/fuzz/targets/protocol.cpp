// SPDX-License-Identifier: MIT
// Lines between host and worker, and what tasks of a cluster leave: what is read is written the
// same again.
#include "sweep/protocol.hpp"

#include "core/sealed_json.hpp"
#include "fuzz.hpp"

using namespace glia;

FUZZ_TARGET(protocol) {
  const std::string line(bytes);
  const auto twice = [&](auto read) {
    fuzz::answered([&] {
      const std::string once = sweep::to_line(read(line));
      fuzz::require(sweep::to_line(read(once)) == once, "it reads differently again");
    });
  };
  twice([](const std::string& text) { return sweep::read_report(text); });
  twice([](const std::string& text) { return sweep::read_job(text); });
  twice([](const std::string& text) { return sweep::read_greeting(text); });
  fuzz::answered([&] { sweep::read_go_on(line); });
  fuzz::answered([&] { sweep::parse_outcome(line, "f"); });
  const auto object = parse_stored(line, "f");
  if (object.is_object()) {
    sweep::parse_outcome(
        sealed(object).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace), "f");
  }
}
