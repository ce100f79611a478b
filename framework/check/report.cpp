// SPDX-License-Identifier: MIT
#include "check/report.hpp"

#include "core/json_text.hpp"
#include "plugin/example.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <array>
#include <cstdio>

namespace glia::check {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) { return json_text(json, 2) + '\n'; }

const char* severity_name(Severity severity) {
  return severity == Severity::error ? "error" : "warning";
}

std::string applies_to(const Check& check) {
  if (check.scope == Scope::library) return "library";
  if (check.kinds == all_kinds) return "every plugin";
  std::string text;
  for (const auto kind : plugin_kinds) {
    if (check.kinds & bit(kind)) text += (text.empty() ? "" : ", ") + std::string(kind_name(kind));
  }
  return text;
}

std::string indented(const std::string& text, const char* margin) {
  std::string out = margin;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += margin;
  }
  return out;
}

std::string xml(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:  // XML knows no other control characters
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return out;
}

std::string seconds_text(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", seconds);
  return text.data();
}

std::string junit_case(const Finding& f) {
  std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
                                 xml(f.check->group()), f.check->id, seconds_text(f.seconds));
  const std::string detail = xml(f.detail + (f.repeat.empty() ? "" : "\nrepeat: " + f.repeat));
  if (f.status == Status::passed) return text + "/>\n";
  text += ">\n";
  if (f.status == Status::skipped || f.status == Status::unseen) {
    text += fmt::format("      <skipped message=\"{}\"/>\n", xml(f.detail));
  } else if (f.check->severity == Severity::warning) {
    text += fmt::format("      <system-out>warning: {}</system-out>\n", detail);
  } else {
    const char* tag = f.status == Status::failed ? "failure" : "error";
    text += fmt::format("      <{} message=\"{}\">{}</{}>\n", tag, xml(f.check->why), detail, tag);
  }
  return text + "    </testcase>\n";
}

}  // namespace

const char* status_name(Status status) {
  constexpr std::array names{"passed", "failed", "skipped", "unseen", "crashed", "timed_out"};
  return names[static_cast<std::size_t>(status)];
}

std::string finding_text(const Finding& f, bool all) {
  if (!all && !f.bad() && f.status != Status::unseen) return "";
  std::string mark = status_name(f.status);
  if (f.status == Status::passed) mark = "ok";
  if (f.status == Status::timed_out) mark = "timed out";
  if (f.status == Status::failed && f.check->severity == Severity::warning) mark = "warning";
  mark.resize(std::max<std::size_t>(mark.size(), 9), ' ');
  std::string text = mark + ' ' + f.check->id;
  if (!f.subject.empty()) text += "  " + f.subject;
  text += '\n';
  if (f.status == Status::skipped || f.status == Status::unseen) {
    return text + indented(f.detail, "          ") + '\n';
  }
  if (!f.bad()) return text;
  text += fmt::format("{}\n          why it matters: {}\n", indented(f.detail, "          "),
                      f.check->why);
  return text + (f.repeat.empty() ? "" : fmt::format("          repeat: {}\n", f.repeat));
}

std::string summary_text(const std::vector<Finding>& findings, std::uint64_t seed) {
  std::size_t passed = 0, skipped = 0, unseen = 0, failed = 0, warned = 0;
  for (const auto& f : findings) {
    if (f.status == Status::passed) ++passed;
    if (f.status == Status::skipped) ++skipped;
    if (f.status == Status::unseen) ++unseen;
    if (f.bad()) ++(f.check->severity == Severity::error ? failed : warned);
  }
  std::string text = std::to_string(passed) + (passed == 1 ? " check passed" : " checks passed");
  if (failed) text += fmt::format(", {} failed", failed);
  if (warned) text += fmt::format(", {}{}", warned, warned == 1 ? " warning" : " warnings");
  if (unseen) text += fmt::format(", {} could not look", unseen);
  if (skipped) text += fmt::format(", {} skipped (--all says why)", skipped);
  return fmt::format("{} (seed {})\n", text, seed);
}

std::string findings_json(const std::string& file, const std::vector<Finding>& findings,
                          std::uint64_t seed, bool ok) {
  Json all{{"file", file}, {"seed", seed}, {"ok", ok}, {"counts", Json::object()}};
  for (const auto status : {Status::passed, Status::failed, Status::skipped, Status::unseen,
                            Status::crashed, Status::timed_out}) {
    all["counts"][status_name(status)] = 0;
  }
  all["checks"] = Json::array();
  for (const auto& f : findings) {
    auto& count = all["counts"][status_name(f.status)];
    count = count.get<int>() + 1;
    all["checks"].push_back({{"id", f.check->id},
                             {"group", f.check->group()},
                             {"severity", severity_name(f.check->severity)},
                             {"subject", f.subject},
                             {"status", status_name(f.status)},
                             {"detail", f.detail},
                             {"why", f.check->why},
                             {"seconds", f.seconds},
                             {"repeat", f.repeat}});
  }
  return dumped(all);
}

std::string findings_junit(const std::string& file, const std::vector<Finding>& findings) {
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\">\n", xml(file));
  for (std::size_t i = 0; i < findings.size();) {
    std::string cases;
    std::size_t end = i, failures = 0, errors = 0, skipped = 0;
    for (; end < findings.size() && findings[end].subject == findings[i].subject; ++end) {
      const auto& f = findings[end];
      cases += junit_case(f);
      if (f.status == Status::skipped || f.status == Status::unseen) ++skipped;
      if (!f.bad() || f.check->severity == Severity::warning) continue;
      ++(f.status == Status::failed ? failures : errors);
    }
    const auto& subject = findings[i].subject;
    text += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n{}  "
        "</testsuite>\n",
        xml(subject.empty() ? "library" : subject), end - i, failures, errors, skipped, cases);
    i = end;
  }
  return text + "</testsuites>\n";
}

std::string list_text() {
  std::string text;
  for (const auto& check : all_checks()) {
    text += fmt::format("{}  ({}; {})\n    {}\n", check.id, severity_name(check.severity),
                        applies_to(check), check.why);
  }
  return text;
}

std::string list_json() {
  Json all = Json::array();
  for (const auto& check : all_checks()) {
    all.push_back({{"id", check.id},
                   {"group", check.group()},
                   {"severity", severity_name(check.severity)},
                   {"applies_to", applies_to(check)},
                   {"why", check.why}});
  }
  return dumped(all);
}

}  // namespace glia::check
