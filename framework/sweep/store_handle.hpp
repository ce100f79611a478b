// SPDX-License-Identifier: MIT
#pragma once

#include "core/write_trouble.hpp"
#include "sweep/row_seals.hpp"
#include "sweep/store.hpp"

#include <glia/sdk/error.hpp>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>

namespace glia::sweep {

inline constexpr int store_busy_ms = 20'000;

struct Store::Handle {
  SQLite::Database db;
  std::optional<SQLite::Transaction> open;
  std::map<std::string, SQLite::Statement> statements;
  std::string file;  ///< as messages call it
  int schema = 0;
  bool checked = false;  ///< every row was looked at, and only this object writes
  std::map<std::string, std::int64_t> added;  ///< rows of each table, in the open transaction

  /// Older stores have none, and so no way to tell damage, or rows that are gone.
  bool has_digests() const { return schema > 3; }
  bool has_counts() const { return schema > 4; }

  Handle(const std::string& name, const std::string& opened, int flags)
      : db(opened, flags, store_busy_ms), file(name) {
    add_row_digest(db);
  }

  /// Runs a statement that puts rows into a table; how many.
  int insert(const char* table, SQLite::Statement& statement) {
    const int rows = statement.exec();
    added[table] += rows;
    return rows;
  }
  /// The same of one that takes rows out: what is written anew is taken out first.
  void remove(const char* table, SQLite::Statement& statement) { added[table] -= statement.exec(); }

  void note_added() {
    if (added.empty()) return;
    auto& before = prepared("SELECT value FROM info WHERE name = 'rows'");
    const std::string rows =
        with_rows(before.executeStep() ? before.getColumn(0).getString() : "", added);
    before.reset();
    auto& row = prepared("UPDATE info SET value = ?, sha256 = NULL WHERE name = 'rows'");
    row.bind(1, rows);
    row.exec();
    added.clear();
  }

  void seal_rows() {
    for (const auto& sql : sealing_sql()) prepared(sql).exec();
  }

  /// Prepared once, used many times.
  SQLite::Statement& prepared(const std::string& sql) {
    const auto it = statements.try_emplace(sql, db, sql).first;
    it->second.reset();
    it->second.clearBindings();
    return it->second;
  }
};

/// `reason`: errno of then. SQLite keeps it for files that it cannot open, and not where it cannot write.
[[noreturn]] inline void fail(const std::string& file, const SQLite::Exception& e, int reason) {
  const int code = e.getErrorCode();
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    throw Error(ErrorCode::data, fmt::format("{} is damaged: {}", file, e.what()), store_remedy);
  }
  if (code == SQLITE_FULL) reason = ENOSPC;
  const std::string remedy =
      code == SQLITE_FULL || code == SQLITE_IOERR ? write_remedy(reason) : std::string();
  throw Error(ErrorCode::io,
              remedy.empty() ? fmt::format("{}: {}", file, e.what())
                             : fmt::format("{}: {} ({})", file, std::strerror(reason), e.what()),
              remedy);
}

/// SQLite's errors as ours.
template <class Use>
auto guarded_at(const std::string& file, Use use) {
  try {
    return use();
  } catch (const SQLite::Exception& e) {
    fail(file, e, errno);
  } catch (const Error& e) {  // what is in it
    if (e.code() != ErrorCode::data || e.message().find(file) != std::string::npos) throw;
    throw Error(e.code(), fmt::format("{} is damaged or was changed: {}", file, e.message()),
                store_remedy);
  }
}

template <class Use>
auto Store::guarded(Use use) const {
  return guarded_at(handle_->file, use);
}

}  // namespace glia::sweep
