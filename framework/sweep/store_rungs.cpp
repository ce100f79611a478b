// SPDX-License-Identifier: MIT
// What a store keeps of stopping early: accuracies at rungs, and whether trials go on from there.
#include "sweep/store.hpp"
#include "sweep/store_handle.hpp"

#include <cmath>

namespace glia::sweep {

void Store::add_rung(std::size_t trial, std::int64_t epoch, double accuracy) {
  guarded([&] {
    Handle& h = writing();
    auto& before = h.prepared("DELETE FROM rungs WHERE epoch = ? AND trial = ?");
    before.bind(1, epoch);
    before.bind(2, static_cast<std::int64_t>(trial));
    h.remove("rungs", before);
    auto& row =
        h.prepared("INSERT INTO rungs (epoch, trial, accuracy, goes_on) VALUES (?, ?, ?, NULL)");
    row.bind(1, epoch);
    row.bind(2, static_cast<std::int64_t>(trial));
    if (std::isnan(accuracy)) {
      row.bind(3);
    } else {
      row.bind(3, accuracy);
    }
    h.insert("rungs", row);
  });
}

void Store::set_answer(std::size_t trial, std::int64_t epoch, bool goes_on) {
  guarded([&] {
    auto& row = writing().prepared(
        "UPDATE rungs SET goes_on = ?, sha256 = NULL WHERE epoch = ? AND trial = ?");
    row.bind(1, goes_on ? 1 : 0);
    row.bind(2, epoch);
    row.bind(3, static_cast<std::int64_t>(trial));
    row.exec();
  });
}

std::optional<bool> Store::answer(std::size_t trial, std::int64_t epoch, double accuracy) const {
  return guarded([&]() -> std::optional<bool> {
    auto& row =
        handle_->prepared("SELECT accuracy, goes_on FROM rungs WHERE epoch = ? AND trial = ?");
    row.bind(1, epoch);
    row.bind(2, static_cast<std::int64_t>(trial));
    std::optional<bool> found;
    if (row.executeStep() && !row.getColumn(1).isNull()) {
      const auto before = row.getColumn(0);
      const bool same = before.isNull() ? std::isnan(accuracy) : before.getDouble() == accuracy;
      if (same) found = row.getColumn(1).getInt() != 0;
    }
    row.reset();
    return found;
  });
}

std::map<std::size_t, double> Store::rung(std::int64_t epoch) const {
  return guarded([&] {
    std::map<std::size_t, double> all;
    auto& rows = handle_->prepared("SELECT trial, accuracy FROM rungs WHERE epoch = ?");
    rows.bind(1, epoch);
    while (rows.executeStep()) {
      all[static_cast<std::size_t>(rows.getColumn(0).getInt64())] =
          rows.getColumn(1).isNull() ? std::nan("") : rows.getColumn(1).getDouble();
    }
    return all;
  });
}

}  // namespace glia::sweep
