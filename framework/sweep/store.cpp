// SPDX-License-Identifier: MIT
#include "sweep/store.hpp"

#include "sweep/folder.hpp"
#include "sweep/row_seals.hpp"
#include "sweep/store_handle.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <sys/vfs.h>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <optional>
#include <utility>

namespace glia::sweep {
namespace fs = std::filesystem;
namespace {

constexpr int schema_version = 5;
constexpr int oldest_schema = 2;  // without trials.objective

constexpr const char* schema = R"sql(
CREATE TABLE info (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE axes (axis INTEGER PRIMARY KEY, path TEXT NOT NULL);
CREATE TABLE trials (
  trial INTEGER PRIMARY KEY, seed INTEGER NOT NULL, status TEXT NOT NULL DEFAULT 'pending',
  attempts INTEGER NOT NULL DEFAULT 0, lease INTEGER NOT NULL DEFAULT 0, seconds REAL,
  error TEXT NOT NULL DEFAULT '', objective REAL);
CREATE INDEX trials_by_status ON trials (status, trial);
CREATE TABLE settings (
  trial INTEGER NOT NULL, path TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (trial, path))
  WITHOUT ROWID;
CREATE TABLE heads (
  trial INTEGER NOT NULL, head TEXT NOT NULL, test_accuracy REAL, test_loss REAL,
  collapsed INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (trial, head)) WITHOUT ROWID;
CREATE TABLE attempts (
  lease INTEGER PRIMARY KEY, trial INTEGER NOT NULL, attempt INTEGER NOT NULL, host TEXT NOT NULL,
  pid INTEGER NOT NULL, started INTEGER NOT NULL, status TEXT NOT NULL DEFAULT 'running',
  seconds REAL, peak_memory INTEGER, signal TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '', log TEXT NOT NULL DEFAULT '', command TEXT NOT NULL DEFAULT '');
CREATE INDEX attempts_by_trial ON attempts (trial);
CREATE TABLE rungs (
  epoch INTEGER NOT NULL, trial INTEGER NOT NULL, accuracy REAL, goes_on INTEGER,
  PRIMARY KEY (epoch, trial)) WITHOUT ROWID;
)sql";

/// WAL needs memory that all processes share, which network file systems do not offer.
bool on_network(const fs::path& file) {
  constexpr unsigned nfs = 0x6969, smb = 0x517B, smb2 = 0xFE534D42, cifs = 0xFF534D42,
                     lustre = 0x0BD00BD0, gpfs = 0x47504653, fuse = 0x65735546, ceph = 0x00C36400;
  struct statfs info {};
  if (::statfs(file.parent_path().empty() ? "." : file.parent_path().c_str(), &info) != 0) {
    return false;
  }
  const auto type = static_cast<unsigned>(info.f_type);
  for (const unsigned each : {nfs, smb, smb2, cifs, lustre, gpfs, fuse, ceph}) {
    if (type == each) return true;
  }
  return false;
}

bool readable(SQLite::Database& db) {
  try {
    db.execAndGet("PRAGMA user_version");
    return true;
  } catch (const SQLite::Exception& e) {
    if (e.getErrorCode() == SQLITE_CANTOPEN || e.getErrorCode() == SQLITE_READONLY) return false;
    throw;
  }
}

/// The file as one that does not change while it is read.
std::string immutable_uri(const fs::path& file) {
  std::string uri = "file:";
  for (const char c : fs::absolute(file).string()) {
    if (c == '%' || c == '?' || c == '#') {
      char code[4];
      std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned>(c));
      uri += code;
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

void bind_number(SQLite::Statement& statement, int place, double value) {
  if (std::isnan(value)) {
    statement.bind(place);
  } else {
    statement.bind(place, value);
  }
}

/// A version of before digests and counts has no use for them, and a number that is damaged would
/// leave them unlooked at.
void require_made_as_said(SQLite::Database& db, const std::string& file, bool digests,
                          bool counts) {
  const bool has_digests =
      db.execAndGet("SELECT count(*) FROM pragma_table_info('heads') WHERE name = 'sha256'")
          .getInt() > 0;
  const bool has_counts =
      db.execAndGet(fmt::format("SELECT count(*) FROM info WHERE name = '{}'", row_counts))
          .getInt() > 0;
  if (has_digests <= digests && has_counts <= counts) return;
  throw Error(ErrorCode::data, file + " is damaged: it was not made by the version that it names",
              store_remedy);
}

}  // namespace

Store::Store(const std::filesystem::path& file, Mode mode) {
  std::error_code ignored;  // where nothing is, SQLite says so
  if (const auto status = fs::status(file, ignored);
      fs::exists(status) && !fs::is_regular_file(status)) {
    throw Error(ErrorCode::data, file.string() + " is no regular file, as a sweep's store is");
  }
  guarded_at(file.string(), [&] {
    const int flags = mode == Mode::read    ? SQLite::OPEN_READONLY
                      : mode == Mode::write ? SQLite::OPEN_READWRITE
                                            : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
    // Where nobody is at work and nothing is left of who was, SQLite would make the files of its
    // shared memory only to look.
    const bool at_rest = mode == Mode::read && fs::exists(file, ignored) &&
                         !fs::exists(file.string() + "-wal", ignored) &&
                         !holder_of(file.parent_path());
    if (!at_rest) handle_ = std::make_unique<Handle>(file.string(), file.string(), flags);
    if (at_rest || (mode == Mode::read && !readable(handle_->db) &&
                    !fs::exists(file.string() + "-wal", ignored))) {
      // Also of a folder that nobody can write in.
      handle_ =
          std::make_unique<Handle>(file.string(), immutable_uri(file), flags | SQLite::OPEN_URI);
    }
    auto& db = handle_->db;
    if (mode != Mode::read) {
      db.exec(on_network(file) ? "PRAGMA journal_mode=DELETE" : "PRAGMA journal_mode=WAL");
      db.exec("PRAGMA synchronous=NORMAL");
    }
    if (mode == Mode::create) {
      SQLite::Transaction all(db, SQLite::TransactionBehavior::IMMEDIATE);
      db.exec(schema + seal_columns() + heads_seals);
      count_rows(db);
      handle_->seal_rows();
      db.exec("PRAGMA user_version=" + std::to_string(schema_version));
      all.commit();
    }
    handle_->schema = db.execAndGet("PRAGMA user_version").getInt();
    if (handle_->schema == 0) {  // SQLite takes an empty file for an empty database
      throw Error(ErrorCode::data, file.string() + " holds no sweep: it is empty or damaged",
                  store_remedy);
    }
    if (handle_->schema < oldest_schema || handle_->schema > schema_version) {
      throw Error(ErrorCode::data,
                  fmt::format("{} has schema {}; this glia knows {} to {}", file.string(),
                              handle_->schema, oldest_schema, schema_version),
                  "use the glia that made the sweep");
    }
    require_made_as_said(db, file.string(), handle_->has_digests(), handle_->has_counts());
    if (mode == Mode::write) check_whole();
    handle_->checked = mode != Mode::read;
    if (mode == Mode::write && handle_->schema < schema_version) bring_up_to_date();
    if (mode == Mode::write) db.exec(heads_seals);
  });
}

void Store::bring_up_to_date() {
  auto& db = handle_->db;
  SQLite::Transaction all(db, SQLite::TransactionBehavior::IMMEDIATE);
  if (handle_->schema == oldest_schema) db.exec("ALTER TABLE trials ADD COLUMN objective REAL");
  if (!handle_->has_digests()) db.exec(seal_columns());
  count_rows(db);
  handle_->seal_rows();
  db.exec(fmt::format("PRAGMA user_version={}", schema_version));
  all.commit();
  handle_->schema = schema_version;
}

Store::~Store() {
  if (!handle_) return;
  handle_->statements.clear();
}
Store::Store(Store&&) noexcept = default;

Store::Handle& Store::writing() {
  if (!handle_->open) {
    handle_->open.emplace(handle_->db, SQLite::TransactionBehavior::IMMEDIATE);
  }
  return *handle_;
}

void Store::commit() {
  if (!handle_->open) return;
  guarded([&] {
    handle_->note_added();
    handle_->seal_rows();
    handle_->open->commit();
    handle_->open.reset();
  });
}

void Store::add(const Plan& plan) {
  guarded([&] {
    Handle& h = writing();
    for (std::size_t a = 0; a < plan.axes.size(); ++a) {
      auto& axis = h.prepared("INSERT OR IGNORE INTO axes (axis, path) VALUES (?, ?)");
      axis.bind(1, static_cast<std::int64_t>(a));
      axis.bind(2, plan.axes[a].path);
      h.insert("axes", axis);
    }
    for (const auto& trial : plan.trials) {
      auto& row = h.prepared("INSERT OR IGNORE INTO trials (trial, seed) VALUES (?, ?)");
      row.bind(1, static_cast<std::int64_t>(trial.number));
      row.bind(2, static_cast<std::int64_t>(trial.seed));
      if (h.insert("trials", row) == 0) continue;
      for (std::size_t a = 0; a < plan.axes.size(); ++a) {
        if (trial.values[a] == Trial::unset) continue;
        auto& setting = h.prepared("INSERT INTO settings (trial, path, value) VALUES (?, ?, ?)");
        setting.bind(1, static_cast<std::int64_t>(trial.number));
        setting.bind(2, plan.axes[a].path);
        setting.bind(3, plan.axes[a].texts[static_cast<std::size_t>(trial.values[a])]);
        h.insert("settings", setting);
      }
    }
  });
}

void Store::set_info(const std::string& name, const std::string& value) {
  guarded([&] {
    Handle& h = writing();
    auto& before = h.prepared("DELETE FROM info WHERE name = ?");
    before.bind(1, name);
    h.remove("info", before);
    auto& row = h.prepared("INSERT INTO info (name, value) VALUES (?, ?)");
    row.bind(1, name);
    row.bind(2, value);
    h.insert("info", row);
  });
}

std::string Store::info(const std::string& name) const {
  return guarded([&]() -> std::string {
    auto& row = handle_->prepared("SELECT value FROM info WHERE name = ?");
    row.bind(1, name);
    std::string value = row.executeStep() ? row.getColumn(0).getString() : std::string();
    row.reset();
    return value;
  });
}

std::int64_t Store::begin(std::size_t trial, std::int64_t pid, const std::string& host) {
  return guarded([&] {
    Handle& h = writing();
    const auto number = static_cast<std::int64_t>(trial);
    auto& last = h.prepared("SELECT coalesce(max(lease), 0) FROM attempts");
    last.executeStep();
    const std::int64_t lease = last.getColumn(0).getInt64() + 1;
    last.reset();
    auto& row = h.prepared(
        "UPDATE trials SET status = 'running', attempts = attempts + 1, lease = ?, sha256 = NULL "
        "WHERE "
        "trial = ?");
    row.bind(1, lease);
    row.bind(2, number);
    row.exec();
    auto& attempt = h.prepared(
        "INSERT INTO attempts (lease, trial, attempt, host, pid, started) VALUES (?, ?, (SELECT "
        "attempts FROM trials WHERE trial = ?), ?, ?, ?)");
    attempt.bind(1, lease);
    attempt.bind(2, number);
    attempt.bind(3, number);
    attempt.bind(4, host);
    attempt.bind(5, pid);
    attempt.bind(6, static_cast<std::int64_t>(std::time(nullptr)));
    h.insert("attempts", attempt);
    return lease;
  });
}

void Store::note_attempt(const Outcome& o) {
  auto& row = writing().prepared(
      "UPDATE attempts SET status = ?, seconds = ?, peak_memory = ?, signal = ?, error = ?, log = "
      "?, command = ?, sha256 = NULL WHERE lease = ?");
  row.bind(1, status_name(o.status));
  row.bind(2, o.seconds);
  row.bind(3, static_cast<std::int64_t>(o.peak_memory));
  row.bind(4, o.signal);
  row.bind(5, o.error);
  row.bind(6, o.log);
  row.bind(7, o.command);
  row.bind(8, o.lease);
  row.exec();
}

void Store::write_end(const Outcome& o) {
  for (const auto& [id, head] : o.heads) {
    Handle& h = writing();
    // The first attempt that ends writes it, as a rule.
    for (const char* sql :
         {"INSERT OR IGNORE INTO heads (test_accuracy, test_loss, collapsed, json, "
          "trial, head) VALUES (?, ?, ?, ?, ?, ?)",
          "UPDATE heads SET test_accuracy = ?, test_loss = ?, collapsed = ?, json "
          "= ?, sha256 = NULL WHERE trial = ? AND head = ?"}) {
      auto& row = h.prepared(sql);
      bind_number(row, 1, head.test_accuracy);
      bind_number(row, 2, head.test_loss);
      row.bind(3, head.collapsed ? 1 : 0);
      row.bind(4, head.json);
      row.bind(5, static_cast<std::int64_t>(o.trial));
      row.bind(6, id);
      if (row.exec() == 0) continue;
      if (sql[0] == 'I') ++h.added["heads"];
      break;
    }
  }
}

bool Store::finish(const Outcome& o, std::optional<double> objective) {
  return guarded([&] {
    auto& row = writing().prepared(
        "UPDATE trials SET status = ?, seconds = ?, error = ?, objective = ?, sha256 = NULL WHERE "
        "trial = ? AND lease = ? AND status = 'running'");
    row.bind(1, status_name(o.status));
    row.bind(2, o.seconds);
    row.bind(3, o.error);
    bind_number(row, 4, objective.value_or(std::nan("")));
    row.bind(5, static_cast<std::int64_t>(o.trial));
    row.bind(6, o.lease);
    if (row.exec() == 0) return false;
    write_end(o);
    note_attempt(o);
    return true;
  });
}

bool Store::finish_attempt(const Outcome& o) {
  return guarded([&] {
    auto& row = writing().prepared(
        "UPDATE trials SET status = 'pending', error = ?, sha256 = NULL WHERE trial = ? AND lease "
        "= ? AND status = 'running'");
    row.bind(1, o.error);
    row.bind(2, static_cast<std::int64_t>(o.trial));
    row.bind(3, o.lease);
    if (row.exec() == 0) return false;
    note_attempt(o);
    return true;
  });
}

bool Store::adopt(const Outcome& o, std::optional<double> objective) {
  const bool open = guarded([&] {
    auto& row = handle_->prepared(
        "SELECT 1 FROM trials WHERE trial = ? AND status NOT IN ('ok', 'pruned')");
    row.bind(1, static_cast<std::int64_t>(o.trial));
    const bool found = row.executeStep();
    row.reset();
    return found;
  });
  if (!open) return false;
  Outcome ours = o;
  ours.lease = begin(o.trial, o.pid, o.host);
  return finish(ours, objective);
}

std::size_t Store::reset(const std::vector<Status>& from) {
  return guarded([&] {
    int changed = 0;
    for (const Status status : from) {
      auto& row = writing().prepared(
          "UPDATE trials SET status = 'pending', sha256 = NULL WHERE status = ?");
      row.bind(1, status_name(status));
      changed += row.exec();
    }
    return static_cast<std::size_t>(changed);
  });
}

void Store::end_attempts() {
  guarded([&] {
    writing()
        .prepared(
            "UPDATE attempts SET status = 'interrupted', sha256 = NULL WHERE status = 'running'")
        .exec();
  });
}

void Store::forgive() {
  set_info("forgiven", std::to_string(guarded([&] {
             auto& last = handle_->prepared("SELECT coalesce(max(lease), 0) FROM attempts");
             last.executeStep();
             const std::int64_t lease = last.getColumn(0).getInt64();
             last.reset();
             return lease;
           })));
}

}  // namespace glia::sweep
