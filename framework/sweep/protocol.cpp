// SPDX-License-Identifier: MIT
#include "sweep/protocol.hpp"

#include "core/hash.hpp"
#include "core/json_text.hpp"
#include "core/json_trouble.hpp"
#include "core/json_whole.hpp"
#include "core/sealed_json.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/plain_text.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace glia::sweep {
namespace {

using nlohmann::json;

/// Text from plugins and file names need not be UTF-8.
std::string line_of(const json& j) { return json_text(j) + '\n'; }

[[noreturn]] void misunderstood(const std::string& why, const std::string& line) {
  throw Error(ErrorCode::internal, fmt::format("host and worker misunderstand each other: {}: {}",
                                               why, plain_text(line.substr(0, 200))));
}

template <class Read>
auto reading(const std::string& line, Read read) {
  try {
    return read(read_json(line));
  } catch (const json::exception& e) {
    misunderstood(e.what(), line);
  } catch (const Error& e) {
    misunderstood(e.message(), line);
  }
}

/// A number that stands for one of an enumeration.
template <class Kind>
Kind kind_of(const json& j, Kind last) {
  return static_cast<Kind>(json_whole(j, 0, static_cast<std::int64_t>(last)));
}

double number(const json& j) {
  return j.is_null() ? std::numeric_limits<double>::quiet_NaN() : j.get<double>();
}

std::vector<std::int64_t> epochs_of(const json& j) {
  std::vector<std::int64_t> epochs;
  for (const auto& each : j.get_ref<const json::array_t&>()) {
    epochs.push_back(json_whole<std::int64_t>(each));
  }
  return epochs;
}

json to_json(const Outcome& o) {
  json heads = json::object();
  for (const auto& [id, head] : o.heads) {
    heads[id] = {{"test_accuracy", head.test_accuracy},
                 {"test_loss", head.test_loss},
                 {"collapsed", head.collapsed},
                 {"json", head.json},
                 {"validation_accuracy", head.validation_accuracy}};
  }
  return {{"trial", o.trial},
          {"status", status_name(o.status)},
          {"heads", heads},
          {"seconds", o.seconds},
          {"error", o.error},
          {"log", o.log},
          {"command", o.command},
          {"signal", o.signal},
          {"peak_memory", o.peak_memory},
          {"attempt", o.attempt},
          {"lease", o.lease},
          {"pid", o.pid},
          {"host", o.host},
          {"started", o.started}};
}

Outcome outcome_of(const json& j) {
  Outcome o;
  o.trial = json_whole<std::size_t>(j.at("trial"));
  o.status = status_of(j.at("status"));
  for (const auto& [id, head] : j.at("heads").items()) {
    o.heads[id] = {number(head.at("test_accuracy")), number(head.at("test_loss")),
                   head.at("collapsed"), head.at("json"), number(head.at("validation_accuracy"))};
  }
  o.seconds = j.at("seconds");
  o.error = j.at("error");
  o.log = j.at("log");
  o.command = j.at("command");
  o.signal = j.at("signal");
  o.peak_memory = json_whole<std::uint64_t>(j.at("peak_memory"));
  o.attempt = json_whole<int>(j.at("attempt"));
  o.lease = json_whole<std::int64_t>(j.at("lease"));
  o.pid = json_whole<std::int64_t>(j.at("pid"));
  o.host = j.at("host");
  o.started = json_whole<std::int64_t>(j.at("started"));
  return o;
}

}  // namespace

std::string to_line(const Greeting& g) {
  return line_of({{"file", g.file},
                  {"text", g.text},
                  {"overrides", g.overrides},
                  {"plugin_path", g.plugin_path},
                  {"cache", g.cache.string()},
                  {"rung_head", g.rung_head},
                  {"rung_epochs", g.rung_epochs},
                  {"parts", g.parts},
                  {"place", g.place},
                  {"key", g.key}});
}

std::string to_line(const Job& job) {
  return line_of({{"kind", static_cast<int>(job.kind)},
                  {"trial", job.trial},
                  {"lease", job.lease},
                  {"stage", job.stage},
                  {"overrides", job.overrides},
                  {"folder", job.folder.string()},
                  {"cache", job.cache},
                  {"threads", job.threads}});
}

std::string to_line(const Report& r) {
  json j{{"kind", static_cast<int>(r.kind)}, {"lease", r.lease}};
  switch (r.kind) {
    case Report::Kind::ready:
    case Report::Kind::begins:
      break;
    case Report::Kind::epoch:
    case Report::Kind::rung:
      j.update(
          {{"stage", r.stage}, {"epoch", r.epoch}, {"epochs", r.epochs}, {"accuracy", r.accuracy}});
      break;
    case Report::Kind::refuses:
    case Report::Kind::trial_ends:
    case Report::Kind::share_ends:
      j.update({{"busy", r.busy}, {"spent", r.spent}, {"outcome", to_json(r.outcome)}});
      break;
  }
  return line_of(j);
}

std::string to_line(bool go_on) { return go_on ? "{\"go\":true}\n" : "{\"go\":false}\n"; }

std::string with_seal(const std::string& line, const std::string& key) {
  const auto end = line.find('\n');
  return fmt::format("{} {}", sha256_hex(key + line.substr(0, end)), line);
}

std::string without_seal(const std::string& line, const std::string& key) {
  constexpr std::size_t digits = 64;
  const std::string rest = line.substr(std::min(line.size(), digits + 1));
  if (line.size() > digits && line[digits] == ' ' &&
      line.compare(0, digits, sha256_hex(key + rest)) == 0) {
    return rest;
  }
  throw Error(
      ErrorCode::internal,
      fmt::format("something wrote on its line to the sweep that is not glia's, as a plugin "
                  "may that writes to descriptors which it did not open: {}",
                  plain_text(line.substr(0, 200))));
}

Greeting read_greeting(const std::string& line) {
  return reading(line, [](const json& j) {
    return Greeting{j.at("file"),
                    j.at("text"),
                    j.at("overrides"),
                    j.at("plugin_path"),
                    j.at("cache").get<std::string>(),
                    j.at("rung_head"),
                    epochs_of(j.at("rung_epochs")),
                    j.at("parts"),
                    json_whole<std::int64_t>(j.at("place")),
                    j.at("key")};
  });
}

Job read_job(const std::string& line) {
  return reading(line, [](const json& j) {
    return Job{kind_of(j.at("kind"), Job::Kind::share),
               json_whole<std::size_t>(j.at("trial")),
               json_whole<std::int64_t>(j.at("lease")),
               j.at("stage"),
               j.at("overrides"),
               j.at("folder").get<std::string>(),
               j.at("cache"),
               json_whole<int>(j.at("threads"))};
  });
}

Report read_report(const std::string& line) {
  return reading(line, [](const json& j) {
    Report r;
    r.kind = kind_of(j.at("kind"), Report::Kind::share_ends);
    r.lease = json_whole<std::int64_t>(j.at("lease"));
    if (j.contains("stage")) {
      r.stage = j.at("stage");
      r.epoch = json_whole<std::int64_t>(j.at("epoch"));
      r.epochs = json_whole<std::int64_t>(j.at("epochs"));
      r.accuracy = number(j.at("accuracy"));
    }
    if (j.contains("outcome")) {
      r.busy = j.at("busy");
      r.spent = j.at("spent");
      r.outcome = outcome_of(j.at("outcome"));
    }
    return r;
  });
}

bool read_go_on(const std::string& line) {
  return reading(line, [](const json& j) { return j.at("go").get<bool>(); });
}

std::string outcome_text(const Outcome& outcome) {
  return json_text(sealed(to_json(outcome))) + '\n';
}

Outcome parse_outcome(const std::string& text, const std::string& what) {
  const json j = parse_sealed(text, what);
  try {
    return outcome_of(j);
  } catch (const json::exception& e) {
    throw Error(ErrorCode::data, fmt::format("{} is damaged: {}", what, json_trouble(e)));
  } catch (const Error& e) {
    throw Error(ErrorCode::data, fmt::format("{} is damaged: {}", what, e.message()));
  }
}

}  // namespace glia::sweep
