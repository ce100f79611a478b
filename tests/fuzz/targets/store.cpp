// SPDX-License-Identifier: MIT
// sweep.sqlite with other bytes in some places. The input is a list of changes to a good one: three
// bytes say where, one what. Whatever opens tells the same of every trial as before.
#include "sweep/store.hpp"

#include "core/files.hpp"
#include "fuzz.hpp"

#include <cmath>
#include <sstream>

using namespace glia;

namespace {

sweep::Plan plan() {
  sweep::Plan plan;
  plan.pipeline = "p";
  plan.heads = {"h"};
  plan.axes = {{"a.b", {{config::Item::Kind::integer, std::int64_t{1}, {}, {}, {}}}, {"1"}}};
  for (std::size_t i = 0; i < 6; ++i) plan.trials.push_back({i, 1 + i, {0}, {}});
  return plan;
}

/// A store in which trials of every kind of end are.
std::string good() {
  const auto path = fuzz::file_of("", "made");
  std::filesystem::remove(path);
  {
    sweep::Store store(path, sweep::Store::Mode::create);
    store.add(plan());
    for (std::size_t i = 0; i < 4; ++i) {
      sweep::Outcome end;
      end.trial = i;
      end.lease = store.begin(i, 7, "host");
      end.status = i == 3 ? sweep::Status::failed : sweep::Status::ok;
      end.heads["h"] = {.test_accuracy = 0.25 * static_cast<double>(i), .json = "{\"curve\":[]}"};
      store.finish(end);
    }
    store.add_rung(0, 3, 0.5);
    store.set_info("pipeline", "p");
    store.commit();
  }
  return read_file(path);
}

std::string told_by(const sweep::Store& store) {
  std::ostringstream text;
  store.each([&](const sweep::Row& row) {
    text << row.trial << ' ' << row.seed << ' ' << sweep::status_name(row.status);
    for (const auto& [id, head] : row.heads)
      text << ' ' << id << ' ' << head.test_accuracy << head.json;
    text << '\n';
  });
  return text.str();
}

}  // namespace

FUZZ_TARGET(store) {
  static const std::string whole = good();
  static const std::string told =
      told_by(sweep::Store(fuzz::file_of(whole, "same"), sweep::Store::Mode::read));
  std::string changed = whole;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) {
    const std::size_t at = byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16;
    changed[at % changed.size()] = static_cast<char>(byte(i + 3));
  }
  const auto path = fuzz::file_of(changed, "store");
  for (const char* ending : {"-wal", "-shm", "-journal"}) {
    std::filesystem::remove(path.string() + ending);
  }
  fuzz::answered([&] {
    const sweep::Store store(path, sweep::Store::Mode::read);
    const std::string now = told_by(store);
    fuzz::require(now == told,
                  "a damaged store tells other results:\n" + now + "where it told:\n" + told);
  });
  sweep::Store store(path, sweep::Store::Mode::write);
  store.require(plan());
  fuzz::require(told_by(store) == told, "a damaged store is gone on with");
  fuzz::require(store.trials(sweep::Status::pending) == std::vector<std::size_t>{4, 5},
                "other trials are pending");
  fuzz::require(store.answer(0, 3, 0.5) == std::nullopt, "an answer that was never given");
  store.commit();
}
