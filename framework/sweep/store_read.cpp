// SPDX-License-Identifier: MIT
#include "sweep/store.hpp"
#include "sweep/store_handle.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <functional>
#include <string_view>
#include <system_error>

namespace glia::sweep {
namespace {

/// A number among the texts of `info`.
std::int64_t count_in(const std::string& file, const std::string& text) {
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) {
    throw Error(ErrorCode::data, fmt::format("{} is damaged: '{}' is no number", file, text),
                store_remedy);
  }
  return number;
}

}  // namespace

std::map<Status, std::size_t> Store::counts() const {
  return guarded([&] {
    // From the rows, which have digests, and not from their index, which has none.
    std::map<std::string, std::size_t, std::less<>> names;
    auto& rows = handle_->prepared("SELECT status FROM trials NOT INDEXED");
    while (rows.executeStep()) {
      const auto column = rows.getColumn(0);
      const std::string_view name = column.getText();
      const auto it = names.find(name);
      ++(it == names.end() ? names.emplace(name, 0).first : it)->second;
    }
    std::map<Status, std::size_t> all;
    for (const auto& [name, count] : names) all[status_of(name)] = count;
    return all;
  });
}

std::size_t Store::size() const {
  const std::string expected = info("trials");
  if (!expected.empty()) return static_cast<std::size_t>(count_in(handle_->file, expected));
  std::size_t all = 0;
  for (const auto& [status, count] : counts()) all += count;
  return all;
}

std::vector<std::size_t> Store::trials(Status status) const {
  return guarded([&] {
    std::vector<std::size_t> all;
    auto& rows = handle_->prepared("SELECT trial FROM trials WHERE status = ? ORDER BY trial");
    rows.bind(1, status_name(status));
    while (rows.executeStep()) {
      all.push_back(static_cast<std::size_t>(rows.getColumn(0).getInt64()));
    }
    return all;
  });
}

int Store::attempts(std::size_t trial) const {
  return guarded([&] {
    auto& row = handle_->prepared("SELECT attempts FROM trials WHERE trial = ?");
    row.bind(1, static_cast<std::int64_t>(trial));
    const int number = row.executeStep() ? row.getColumn(0).getInt() : 0;
    row.reset();
    return number;
  });
}

std::map<std::size_t, Past> Store::past() const {
  const std::string forgiven = info("forgiven");
  return guarded([&] {
    std::map<std::size_t, Past> all;
    auto& rows = handle_->prepared(
        "SELECT trial, count(*), sum(status = 'failed' AND lease > ?) FROM attempts GROUP BY "
        "trial");
    rows.bind(1, forgiven.empty() ? std::int64_t{0} : count_in(handle_->file, forgiven));
    while (rows.executeStep()) {
      all[static_cast<std::size_t>(rows.getColumn(0).getInt64())] = {rows.getColumn(1).getInt(),
                                                                     rows.getColumn(2).getInt()};
    }
    return all;
  });
}

void Store::each(const std::function<void(const Row&)>& use) const {
  check_told();
  guarded([&] {
    SQLite::Statement trials(
        handle_->db,
        "SELECT trial, seed, status, attempts, seconds, error FROM trials ORDER BY trial");
    SQLite::Statement heads(handle_->db,
                            "SELECT trial, head, test_accuracy, test_loss, collapsed, json FROM "
                            "heads ORDER BY trial, head");
    const auto number = [](const SQLite::Column& column) {
      return column.isNull() ? std::nan("") : column.getDouble();
    };
    bool more = heads.executeStep();
    while (trials.executeStep()) {
      Row row;
      row.trial = static_cast<std::size_t>(trials.getColumn(0).getInt64());
      row.seed = static_cast<std::uint64_t>(trials.getColumn(1).getInt64());
      row.status = status_of(trials.getColumn(2).getString());
      row.attempts = trials.getColumn(3).getInt();
      row.seconds = number(trials.getColumn(4));
      row.error = trials.getColumn(5).getString();
      while (more && static_cast<std::size_t>(heads.getColumn(0).getInt64()) == row.trial) {
        row.heads[heads.getColumn(1).getString()] = {
            number(heads.getColumn(2)), number(heads.getColumn(3)),
            heads.getColumn(4).getInt() != 0, heads.getColumn(5).getString()};
        more = heads.executeStep();
      }
      use(row);
    }
  });
}

std::pair<std::size_t, double> Store::seconds_of_ok() const {
  return guarded([&] {
    auto& row = handle_->prepared(
        "SELECT count(*), coalesce(sum(seconds), 0) FROM trials WHERE status = 'ok'");
    row.executeStep();
    const std::pair found(static_cast<std::size_t>(row.getColumn(0).getInt64()),
                          row.getColumn(1).getDouble());
    row.reset();
    return found;
  });
}

}  // namespace glia::sweep
