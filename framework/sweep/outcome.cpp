// SPDX-License-Identifier: MIT
#include "sweep/outcome.hpp"

#include <glia/sdk/error.hpp>

#include <array>
#include <utility>

namespace glia::sweep {
namespace {

constexpr std::array<std::pair<Status, const char*>, 6> names{{{Status::pending, "pending"},
                                                               {Status::running, "running"},
                                                               {Status::ok, "ok"},
                                                               {Status::failed, "failed"},
                                                               {Status::interrupted, "interrupted"},
                                                               {Status::pruned, "pruned"}}};

}  // namespace

const char* status_name(Status status) {
  for (const auto& [value, name] : names) {
    if (value == status) return name;
  }
  return "?";
}

Status status_of(const std::string& name) {
  for (const auto& [value, known] : names) {
    if (name == known) return value;
  }
  throw Error(ErrorCode::data, "no trial has the status '" + name + "'");
}

}  // namespace glia::sweep
