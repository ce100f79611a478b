// SPDX-License-Identifier: MIT
// What a store holds is held against what was written: all of it before anything is built upon it, and
// of what is only looked at the tables that are told from.
#include "core/study_mark.hpp"
#include "sweep/store.hpp"
#include "sweep/store_handle.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glia::sweep {
namespace {

/// Pages and indices, of one table or of all.
void check_pages(SQLite::Database& db, const std::string& file, const std::string& of) {
  const std::string told = db.execAndGet(fmt::format("PRAGMA integrity_check({})", of)).getString();
  if (told == "ok") return;
  throw Error(ErrorCode::data, fmt::format("{} is damaged: {}", file, told), store_remedy);
}

std::vector<SealedTable> tables_of(std::initializer_list<std::string_view> names) {
  std::vector<SealedTable> tables;
  for (const auto& table : sealed_tables()) {
    if (std::find(names.begin(), names.end(), table.name) != names.end()) tables.push_back(table);
  }
  return tables;
}

}  // namespace

void Store::check_rows_of(const std::vector<SealedTable>& tables) const {
  auto& db = handle_->db;
  if (handle_->has_digests()) {
    check_numbers(db, handle_->file);
    for (const auto& table : tables) check_rows(db, handle_->file, table);
  }
  if (handle_->has_counts()) check_counts(db, handle_->file, tables);
}

void Store::check_whole() const {
  check_pages(handle_->db, handle_->file, "1");
  check_rows_of(sealed_tables());
  handle_->checked = true;
}

void Store::check_tables(std::initializer_list<std::string_view> names) const {
  if (handle_->checked) return;
  guarded([&] {
    const auto tables = tables_of(names);
    for (const auto& table : tables) check_pages(handle_->db, handle_->file, table.name);
    check_rows_of(tables);
  });
}

void Store::check_counted() const {
  if (handle_->checked) return;
  guarded([&] { check_rows_of(tables_of({"info", "trials"})); });
}

void Store::require_place() const {
  const std::filesystem::path file = handle_->file;
  try {
    require_one_sweep(file.parent_path(), {file, info(mark_key)});
  } catch (const Error&) {
    check_tables({"info"});  // a mark that was damaged is no other's
    throw;
  }
}

void Store::check_told() const { check_tables({"info", "trials", "heads"}); }

}  // namespace glia::sweep
