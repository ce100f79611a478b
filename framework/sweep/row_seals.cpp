// SPDX-License-Identifier: MIT
#include "sweep/row_seals.hpp"

#include "core/hash.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <exception>

namespace glia::sweep {
namespace {

void append_number(std::string& text, long long number) {
  char digits[24];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

/// A value with its type and length: no two lists of values read alike.
void append(std::string& text, sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      text += 'i';
      append_number(text, static_cast<long long>(sqlite3_value_int64(value)));
      text += ';';
      return;
    case SQLITE_FLOAT:
      text += fmt::format("r{:a};", sqlite3_value_double(value));
      return;
    case SQLITE_NULL:
      text += "n;";
      return;
    default:
      break;
  }
  const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  text += 't';
  append_number(text, static_cast<long long>(size));
  text += ':';
  if (bytes) text.append(bytes, size);
  text += ';';
}

void row_digest(sqlite3_context* context, int count, sqlite3_value** values) {
  try {
    std::string text;
    for (int i = 0; i < count; ++i) append(text, values[i]);
    const std::string hex = sha256_hex(text);
    sqlite3_result_text(context, hex.data(), static_cast<int>(hex.size()), SQLITE_TRANSIENT);
  } catch (const std::exception& e) {
    sqlite3_result_error(context, e.what(), -1);
  }
}

std::string digest_of(const SealedTable& table) {
  return fmt::format("row_digest('{}', {})", table.name, table.content);
}

}  // namespace

const std::vector<SealedTable>& sealed_tables() {
  static const std::vector<SealedTable> all{
      {"info", "name", "name, value"},
      {"axes", "'axis ' || axis", "axis, path"},
      {"settings", "'trial ' || trial || ', ' || path", "trial, path, value"},
      {"heads", "'trial ' || trial || ', ' || head",
       "trial, head, test_accuracy, test_loss, collapsed, json"},
      {"attempts", "'lease ' || lease",
       "lease, trial, attempt, host, pid, started, status, seconds, peak_memory, signal, error, "
       "log, command"},
      {"rungs", "'trial ' || trial || ', epoch ' || epoch", "epoch, trial, accuracy, goes_on"},
      {"trials", "'trial ' || trial",
       "trial, seed, status, attempts, lease, seconds, error, objective, "
       "(SELECT group_concat(sha256) FROM (SELECT sha256 FROM heads WHERE heads.trial = "
       "trials.trial ORDER BY head))"}};
  return all;
}

void add_row_digest(SQLite::Database& db) {
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
  const int code = sqlite3_create_function_v2(db.getHandle(), "row_digest", -1, flags, nullptr,
                                              row_digest, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw SQLite::Exception(db.getHandle(), code);
}

std::string seal_columns() {
  std::string sql;
  for (const auto& table : sealed_tables()) {
    const std::string key =
        std::string(table.content).substr(0, std::string(table.content).find(','));
    sql += fmt::format(
        "ALTER TABLE {0} ADD COLUMN sha256 TEXT;"
        "CREATE INDEX {0}_unsealed ON {0} ({1}) WHERE sha256 IS NULL;",
        table.name, key);
  }
  return sql;
}

void seal_rows(SQLite::Database& db) {
  for (const auto& table : sealed_tables()) {
    db.exec(fmt::format("UPDATE {} SET sha256 = {} WHERE sha256 IS NULL", table.name,
                        digest_of(table)));
  }
}

void check_numbers(SQLite::Database& db, const std::string& file) {
  SQLite::Statement rows(db,
                         "SELECT count(*), coalesce(max(trial) + 1, 0), max("
                         "coalesce((SELECT max(trial) + 1 FROM settings), 0),"
                         "coalesce((SELECT max(trial) + 1 FROM heads), 0),"
                         "coalesce((SELECT max(trial) + 1 FROM attempts), 0)) FROM trials");
  rows.executeStep();
  const auto count = rows.getColumn(0).getInt64(), end = rows.getColumn(1).getInt64();
  const auto known = rows.getColumn(2).getInt64();
  if (count == end && known <= end) return;
  throw Error(ErrorCode::data,
              fmt::format("{} is damaged or was changed: of {} trials it holds {}", file,
                          std::max(end, known), count),
              store_remedy);
}

void check_rows(SQLite::Database& db, const std::string& file, const SealedTable& table) {
  SQLite::Statement bad(db, fmt::format("SELECT {} FROM {} WHERE sha256 IS NOT {} LIMIT 1",
                                        table.key, table.name, digest_of(table)));
  if (!bad.executeStep()) return;
  throw Error(ErrorCode::data,
              fmt::format("{} is damaged or was changed: {} in its table '{}' is not what was "
                          "written",
                          file, bad.getColumn(0).getString(), table.name),
              store_remedy);
}

void check_rows(SQLite::Database& db, const std::string& file) {
  check_numbers(db, file);
  for (const auto& table : sealed_tables()) check_rows(db, file, table);
}

}  // namespace glia::sweep
