// SPDX-License-Identifier: MIT
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace glia::sweep {

// Every row of sweep.sqlite carries the SHA-256 of its values, and that of a trial covers its heads.
// Whatever changes a row sets its `sha256` to NULL; before a transaction ends such rows get theirs.

/// What to do about a damaged store: nothing that destroys what is left.
inline constexpr const char* store_remedy =
    "put it back from a copy, or start the sweep anew in another folder: results.csv and "
    "results.json hold what was computed, and what was trained is in the cache";

/// A table and how its rows are told apart and digested, as SQL.
struct SealedTable {
  const char* name;
  const char* key;      ///< names a row in messages
  const char* content;  ///< every value of a row, and of the rows that belong to it
};

/// In the order in which they are to be sealed.
const std::vector<SealedTable>& sealed_tables();

/// Makes row_digest(...) known to the SQL of this connection.
void add_row_digest(SQLite::Database& db);

/// SQL that adds the column, and an index of the rows without a digest, to every table.
std::string seal_columns();
/// SQL that adds what trials are checked with where the curves of their heads are not to be read: the
/// digests of heads by themselves. Older stores lack it, and take longer.
inline constexpr const char* heads_seals =
    "CREATE INDEX IF NOT EXISTS heads_by_seal ON heads (trial, head, sha256)";

/// SQL that gives every row without a digest its own, to be run in this order.
const std::vector<std::string>& sealing_sql();

/// Rows that are gone tell nothing, so `info` has one, of this name, that says how many each table has.
inline constexpr const char* row_counts = "rows";
/// Counts every table and writes that row.
void count_rows(SQLite::Database& db);
/// The value of that row once a transaction has put so many into each table (less what it took out).
std::string with_rows(const std::string& before, const std::map<std::string, std::int64_t>& added);
/// Error (data) names a table of these that has more or fewer rows. Reads all at one moment.
void check_counts(SQLite::Database& db, const std::string& file,
                  const std::vector<SealedTable>& of);

/// Trials are numbered from 0 on without gaps, and nothing else speaks of further ones. Error (data)
/// where one is gone: its row cannot tell. A fraction of a second for a million.
void check_numbers(SQLite::Database& db, const std::string& file);
/// Error (data) names the first row of the table that is not what was written.
void check_rows(SQLite::Database& db, const std::string& file, const SealedTable& table);

}  // namespace glia::sweep
