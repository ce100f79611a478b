// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/row_seals.hpp"
#include "sweep/store.hpp"

#include <glia/sdk/error.hpp>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cmath>
#include <map>
#include <optional>
#include <string>

namespace glia::sweep {

inline constexpr int store_busy_ms = 20'000;

struct Store::Handle {
  SQLite::Database db;
  std::optional<SQLite::Transaction> open;
  std::map<std::string, SQLite::Statement> statements;
  int schema = 0;
  bool checked = false;  ///< every row was looked at, and only this object writes

  /// Older stores have none, and so no way to tell damage.
  bool has_digests() const { return schema > 3; }

  Handle(const std::string& file, int flags) : db(file, flags, store_busy_ms) {
    add_row_digest(db);
  }

  /// Prepared once, used many times.
  SQLite::Statement& prepared(const std::string& sql) {
    const auto it = statements.try_emplace(sql, db, sql).first;
    it->second.reset();
    it->second.clearBindings();
    return it->second;
  }
};

[[noreturn]] inline void fail(const SQLite::Exception& e) {
  const bool damaged = e.getErrorCode() == SQLITE_CORRUPT || e.getErrorCode() == SQLITE_NOTADB;
  throw Error(damaged ? ErrorCode::data : ErrorCode::io, std::string("sweep.sqlite: ") + e.what(),
              damaged ? store_remedy : "");
}

/// SQLite's errors as ours.
template <class Use>
auto guarded(Use use) {
  try {
    return use();
  } catch (const SQLite::Exception& e) {
    fail(e);
  }
}

}  // namespace glia::sweep
