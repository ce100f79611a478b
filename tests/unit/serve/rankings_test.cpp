// SPDX-License-Identifier: MIT
// What takes long is worked out beside the answers, and holds up none of them.
#include "serve/rankings.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "serve/paced.hpp"
#include "temp_folder.hpp"

#include <chrono>
#include <future>
#include <thread>

using namespace glia::serve;
using namespace std::chrono_literals;

TEST_CASE("What is at hand is told while something else is worked out") {
  Paced<int> paced(8);
  CHECK(*paced.get("small", "1", [] { return 1; }).value == 1);
  std::promise<void> begun, end;
  std::thread slow([&] {
    paced.get("large", "1", [&] {
      begun.set_value();
      end.get_future().wait();
      return 2;
    });
  });
  begun.get_future().wait();
  // Were any of these to wait, the test would not end.
  CHECK(*paced.get("small", "1", [] { return 3; }).value == 1);
  CHECK(*paced.at_hand("small", "2").value == 1);
  CHECK(paced.at_hand("small", "2").stale_seconds > 0);
  CHECK_FALSE(paced.at_hand("large", "1").value);
  CHECK_FALSE(paced.get_unless_busy("other", "1", [] { return 4; }).value);
  end.set_value();
  slow.join();
  CHECK(*paced.at_hand("large", "1").value == 2);
}

TEST_CASE("Whoever does not wait gets a ranking later, and one that waits gets it") {
  const TempFolder folder;
  glia::write_file(folder / "plan.json", "{");
  Rankings rankings(8);
  const auto get = [&](std::chrono::seconds wait) {
    return rankings.get("broken", "1", folder.path(), Rankings::Clock::now() + wait);
  };
  CHECK(get(-1s).stale_seconds > 0);  // no time at all
  const auto second = get(60s);
  REQUIRE(second.value);
  CHECK(second.stale_seconds == 0);
  CHECK(second.value->damaged);
  CHECK_FALSE(second.value->best);
  CHECK(get(-1s).value);
}
