// SPDX-License-Identifier: MIT
// What whoever watches a sweep asks for.
#include "sweep/store.hpp"
#include "sweep/store_handle.hpp"

namespace glia::sweep {

std::vector<Attempt> Store::latest_attempts(Status status, std::size_t most) const {
  return guarded([&] {
    std::vector<Attempt> all;
    auto& rows = handle_->prepared(
        "SELECT trial, attempt, host, pid, started, error, log, command FROM attempts WHERE status "
        "= ? ORDER BY lease DESC LIMIT ?");
    rows.bind(1, status_name(status));
    rows.bind(2, static_cast<std::int64_t>(most));
    while (rows.executeStep()) {
      all.push_back({.trial = static_cast<std::size_t>(rows.getColumn(0).getInt64()),
                     .attempt = rows.getColumn(1).getInt(),
                     .host = rows.getColumn(2).getString(),
                     .pid = rows.getColumn(3).getInt64(),
                     .started = rows.getColumn(4).getInt64(),
                     .error = rows.getColumn(5).getString(),
                     .log = rows.getColumn(6).getString(),
                     .command = rows.getColumn(7).getString()});
    }
    return all;
  });
}

std::vector<double> Store::latest_ends(std::size_t most) const {
  return guarded([&] {
    std::vector<double> all;
    auto& rows = handle_->prepared(
        "SELECT started + seconds FROM attempts WHERE status <> 'running' AND seconds IS NOT NULL "
        "ORDER BY lease DESC LIMIT ?");
    rows.bind(1, static_cast<std::int64_t>(most));
    while (rows.executeStep()) all.push_back(rows.getColumn(0).getDouble());
    return all;
  });
}

}  // namespace glia::sweep
