// SPDX-License-Identifier: MIT
#include "sweep/row_seals.hpp"

#include "core/hash.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <exception>
#include <sstream>

namespace glia::sweep {
namespace {

void append_number(std::string& text, long long number) {
  char digits[24];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

/// As "{:a}" of fmt, in a quarter of its time.
void append_number(std::string& text, double number) {
  if (!std::isfinite(number)) {
    text += fmt::format("{:a}", number);
    return;
  }
  if (std::signbit(number)) text += '-';
  char digits[32];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, std::abs(number), std::chars_format::hex);
  text.append("0x").append(digits, end.ptr);
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
      text += 'r';
      append_number(text, sqlite3_value_double(value));
      text += ';';
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

/// "attempts 4 axes 1 ...": of a row that has a digest, so what does not read so counts as none.
std::map<std::string, std::int64_t> read_counts(const std::string& text) {
  std::map<std::string, std::int64_t> all;
  std::istringstream words(text);
  std::string table;
  for (std::int64_t rows = 0; words >> table >> rows;) all[table] = rows;
  return all;
}

std::string text_of(const std::map<std::string, std::int64_t>& counts) {
  std::string text;
  for (const auto& [table, rows] : counts) text += fmt::format("{} {} ", table, rows);
  return text;
}

void write_counts(SQLite::Database& db, const std::map<std::string, std::int64_t>& all) {
  SQLite::Statement row(db, "INSERT OR REPLACE INTO info (name, value) VALUES (?, ?)");
  row.bind(1, row_counts);
  row.bind(2, text_of(all));
  row.exec();
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

const std::vector<std::string>& sealing_sql() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> made;
    for (const auto& table : sealed_tables()) {
      made.push_back(fmt::format("UPDATE {} SET sha256 = {} WHERE sha256 IS NULL", table.name,
                                 digest_of(table)));
    }
    return made;
  }();
  return all;
}

void count_rows(SQLite::Database& db) {
  write_counts(db, {{"info", 0}});  // it counts itself
  std::map<std::string, std::int64_t> all;
  for (const auto& table : sealed_tables()) {
    all[table.name] = db.execAndGet(fmt::format("SELECT count(*) FROM {}", table.name)).getInt64();
  }
  write_counts(db, all);
}

std::string with_rows(const std::string& before, const std::map<std::string, std::int64_t>& added) {
  auto all = read_counts(before);
  for (const auto& [table, rows] : added) all[table] += rows;
  return text_of(all);
}

void check_counts(SQLite::Database& db, const std::string& file,
                  const std::vector<SealedTable>& of) {
  std::string sql = fmt::format("SELECT (SELECT value FROM info WHERE name = '{}')", row_counts);
  for (const auto& table : of) sql += fmt::format(", (SELECT count(*) FROM {})", table.name);
  SQLite::Statement counts(db, sql);
  counts.executeStep();
  auto stated = read_counts(counts.getColumn(0).getString());
  for (std::size_t i = 0; i < of.size(); ++i) {
    const auto found = counts.getColumn(static_cast<int>(i) + 1).getInt64();
    if (stated[of[i].name] == found) continue;
    throw Error(ErrorCode::data,
                fmt::format("{} is damaged or was changed: its table '{}' has {} rows, and {} "
                            "were written",
                            file, of[i].name, found, stated[of[i].name]),
                store_remedy);
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

}  // namespace glia::sweep
