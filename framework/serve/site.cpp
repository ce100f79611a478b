// SPDX-License-Identifier: MIT
#include "serve/site.hpp"

#include "core/files.hpp"
#include "core/json_text.hpp"
#include "core/provenance_file.hpp"
#include "report/groups.hpp"
#include "report/html.hpp"
#include "report/page.hpp"
#include "serve/epochs.hpp"
#include "serve/guard.hpp"
#include "serve/item_parts.hpp"
#include "serve/listing.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <exception>
#include <optional>
#include <system_error>

namespace glia::serve {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// Pages come at once, whatever is still to be ranked; scripts would rather wait a moment.
Rankings::Clock::time_point at_once() {
  return Rankings::Clock::now() + std::chrono::milliseconds(100);
}
Rankings::Clock::time_point soon() { return Rankings::Clock::now() + std::chrono::seconds(3); }

/// There is nothing of this name, or it does not fit.
struct Refusal {
  unsigned status;
  std::string text;
};

Answer json_answer(const ordered_json& value) {
  return {.type = "application/json", .body = json_text(value, 2) + '\n'};
}

constexpr std::size_t most_at_once = 48 << 10;  ///< bytes of a report that come with its page
constexpr const char* being_drawn = "<p class=\"faint later\">The figures are being drawn.</p>\n";
constexpr const char* drawn_anew = "<p class=\"faint later\">The figures are drawn anew.</p>\n";

void add_retry(Answer& answer, double stale_seconds) {
  if (stale_seconds <= 0) return;
  answer.headers.emplace_back("Retry-After",
                              fmt::format("{}", static_cast<int>(stale_seconds) + 1));
}

/// Where there is nothing yet, it is to be asked for again.
Answer kept(const Found<std::string>& found, const char* type) {
  Answer answer{.status = 503, .type = type, .body = being_drawn};
  if (found.value) answer = {.type = type, .body = *found.value};
  add_retry(answer, found.stale_seconds);
  return answer;
}

unsigned number(const Request& request, const char* name, unsigned otherwise) {
  const std::string text = request.value(name);
  if (text.empty()) return otherwise;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > 10'000'000) {
    throw Refusal{400, fmt::format("{} is no number", name)};
  }
  return value;
}

std::string started(const fs::path& folder) {
  try {
    const json all = read_provenance(folder / "provenance.json");
    if (all.is_object() && all.contains("started") && all["started"].is_string()) {
      return all["started"];
    }
  } catch (const std::exception&) {  // damaged: the rest is told all the same
  }
  return {};
}

/// What a message says, without the folders above the one that is shown.
std::string told(const std::exception& error, const fs::path& root) {
  std::string text = error.what();
  const std::string above = root.parent_path().string() + '/';
  for (auto at = text.find(above); above.size() > 1 && at != std::string::npos;
       at = text.find(above)) {
    text.erase(at, above.size());
  }
  return text;
}

}  // namespace

Site::Site(Options options)
    : options_(std::move(options)),
      folder_(options_.folder),
      waves_(options_.program, options_.stop) {}

Answer Site::answer(const Request& request) {
  if (!host_is_ours(request.host, options_.host)) {
    return text_answer(403, "the header Host names another server");
  }
  if (request.method != "GET" && request.method != "HEAD") {
    auto refused = text_answer(405, "this server only shows: GET and HEAD");
    refused.headers.emplace_back("Allow", "GET, HEAD");
    return refused;
  }
  if (!same_token(request.value("token"), options_.token)) {
    return text_answer(401, "open the address that glia serve printed: it ends in the token");
  }
  try {
    return found(request);
  } catch (const Refusal& refusal) {
    return text_answer(refusal.status, refusal.text);
  } catch (const Error& error) {
    // What lies in the folder is damaged, or is no file.
    const bool of_files = error.code() == ErrorCode::data || error.code() == ErrorCode::io;
    return text_answer(of_files ? 422 : 500, told(error, folder_.root()));
  }
}

Answer Site::found(const Request& request) {
  static const std::map<std::string, Page> pages{
      {"/", &Site::home},
      {"/show", &Site::show},
      {"/part", &Site::part},
      {"/page.js", &Site::script},
      {"/groups.csv", &Site::groups_csv},
      {"/numbers.csv", &Site::numbers_csv},
      {"/api/runs", &Site::runs_json},
      {"/api/run", &Site::item_json},
      {"/api/wave.svg", &Site::wave_svg},
      {"/api/events", &Site::events},
  };
  const auto page = pages.find(request.path);
  if (page == pages.end()) throw Refusal{404, "there is no such page"};
  return (this->*page->second)(request);
}

Item Site::wanted(const Request& request) {
  auto item = folder_.find(request.value("name"));
  if (!item) throw Refusal{404, "there is no such run or sweep"};
  return *item;
}

Summary Site::summary_of(const Item& item) {
  ordered_json line;
  try {
    if (item.refused.empty()) line = json_of(outline_at(item.folder));
  } catch (const std::exception&) {  // told as damaged
  }
  if (line.is_null()) {
    line = {{"name", item.name},
            {"kind", item.sweep() ? "sweep" : "run"},
            {"pipeline", ""},
            {"status", "damaged"},
            {"best", nullptr}};
  }
  line["path"] = item.name;
  line["started"] = item.refused.empty() ? started(item.folder.path) : "";
  if (!item.refused.empty()) line["refused"] = item.refused;
  return {std::move(line)};
}

Found<Summary> Site::kept_summary(const Item& item, Rankings::Clock::time_point until) {
  const auto stamp = WatchedFolder::stamp_of(item);
  auto found = summaries_.get(item.name, stamp, [&] { return summary_of(item); });
  if (!item.sweep() || found.value->json.at("status") == "damaged") return found;
  const auto ranked = rankings_.get(item.name, stamp, item.folder.path, until);
  Summary whole = *found.value;
  whole.ranking = !ranked.value;
  if (ranked.value && ranked.value->best) whole.json["best"] = json_of(*ranked.value->best);
  if (ranked.value && ranked.value->damaged) whole.json["status"] = "damaged";
  return {std::make_shared<const Summary>(std::move(whole)),
          std::max(found.stale_seconds, ranked.stale_seconds)};
}

Found<std::string> Site::state_part(const Item& item, Rankings::Clock::time_point until) {
  const auto summary = kept_summary(item, until);
  auto found = states_.get(item.name, WatchedFolder::stamp_of(item), [&] {
    std::string text;
    try {
      if (!item.refused.empty()) {
        text += problem(item.refused);
      } else if (item.sweep()) {
        text += state_section(state_of(item.folder.path));
      } else if (!fs::exists(item.folder.path / "results.json") ||
                 sweep::holder_of(item.folder.path)) {
        text += epochs_section(read_epochs(item.folder.path));
      }
    } catch (const std::exception& error) {
      text += problem(told(error, folder_.root()));
    }
    return text;
  });
  // Status and best are worked out by themselves, and may be older than the rest.
  return {std::make_shared<const std::string>(summary_line(*summary.value) + *found.value),
          std::max(found.stale_seconds, summary.stale_seconds)};
}

Found<std::string> Site::report_part(const Item& item) {
  return reports_.get_unless_busy(item.name, WatchedFolder::stamp_of(item), [&]() -> std::string {
    if (!item.refused.empty()) return {};
    std::string text;
    try {
      text = report_of(item, options_.token);
      if (!text.empty()) {
        text += "<p>" +
                link("/groups.csv?name=" + url_encoded(item.name), options_.token,
                     "The numbers of every group as CSV") +
                "</p>\n";
      }
    } catch (const std::exception& error) {
      text = problem(told(error, folder_.root()));
    }
    return item.sweep() ? text + kept_trials(item, options_.token) : text;
  });
}

/// `until`: for all of them together.
Found<std::string> Site::overview_part(std::size_t from, Rankings::Clock::time_point until) {
  const auto items = folder_.items();
  std::vector<Summary> summaries;
  double stale = 0;
  for (std::size_t i = from; i < std::min(from + page_lines, items->all.size()); ++i) {
    const auto summary = kept_summary(items->all[i], until);
    summaries.push_back(*summary.value);
    stale = std::max(stale, summary.stale_seconds);
  }
  return {std::make_shared<const std::string>(overview(options_.token, *items, summaries, from)),
          stale};
}

Answer Site::home(const Request& request) {
  const auto from = number(request, "from", 0);
  const auto now = Rankings::Clock::now();  // what is still to be ranked the page asks for
  const Part part{"all", fmt::format("/part?what=all&from={}", from),
                  *overview_part(from, now).value};
  const std::string name = folder_.root().filename().string();
  return {.body = framed(options_.token, "", "Runs and sweeps of " + name, {part})};
}

Answer Site::show(const Request& request) {
  const Item item = wanted(request);
  const std::string source = "/part?name=" + url_encoded(item.name) + "&what=";
  // What is not there, old, or so large that a browser is busy with it, the page fetches: until then
  // it can be worked with.
  const auto report = reports_.at_hand(item.name, WatchedFolder::stamp_of(item));
  const bool at_hand = report.value && report.value->size() <= most_at_once;
  std::string drawn = at_hand ? *report.value : being_drawn;
  if (at_hand && report.stale_seconds > 0) drawn = drawn_anew + drawn;
  const auto now = Rankings::Clock::now();  // nor is it waited for what is best
  std::vector<Part> parts{{"state", source + "state", *state_part(item, now).value},
                          {"report", source + "report", std::move(drawn)}};
  if (!item.sweep() && item.refused.empty()) {
    std::error_code ignored;
    if (fs::is_directory(item.folder.path / "checkpoints", ignored)) {
      parts.push_back({"picture", "", wave_form(wave_heads(*kept_summary(item, now).value))});
    }
  }
  const std::string name =
      item.name == "." ? folder_.root().filename().string() : std::string(item.name);
  return {.body = framed(options_.token, item.name, name, parts)};
}

Answer Site::part(const Request& request) {
  const std::string what = request.value("what");
  const char* type = "text/html; charset=utf-8";
  if (what == "all") return kept(overview_part(number(request, "from", 0), at_once()), type);
  if (what == "state") return kept(state_part(wanted(request), at_once()), type);
  if (what == "report") return kept(report_part(wanted(request)), type);
  throw Refusal{404, "there is no such part"};
}

Answer Site::runs_json(const Request&) {
  const auto items = folder_.items();
  ordered_json all{{"folder", folder_.root().filename().string()},
                   {"runs", ordered_json::array()},
                   {"left_out", items->left_out},
                   {"complete", items->complete}};
  const auto until = soon();
  double stale = 0;
  for (const auto& item : items->all) {
    const auto summary = kept_summary(item, until);
    all["runs"].push_back(summary.value->json);
    stale = std::max(stale, summary.stale_seconds);
  }
  auto answer = json_answer(all);
  add_retry(answer, stale);
  return answer;
}

Answer Site::item_json(const Request& request) {
  const Item item = wanted(request);
  ordered_json line = kept_summary(item, soon()).value->json;
  if (!item.refused.empty()) return json_answer(line);
  if (item.sweep()) {
    line["state"] = json_of(state_of(item.folder.path));
    return json_answer(line);
  }
  line["epochs"] = ordered_json::array();
  try {
    const auto epochs = read_epochs(item.folder.path);
    for (const auto& epoch : epochs.lines) line["epochs"].push_back(json_of(epoch));
    line["epochs_thinned"] = epochs.thinned;
  } catch (const Error& error) {
    line["problem"] = told(error, folder_.root());
  }
  return json_answer(line);
}

Answer Site::groups_csv(const Request& request) {
  const Item item = wanted(request);
  if (!item.refused.empty()) throw Refusal{404, item.refused};
  const auto found = tables_.get(item.name, WatchedFolder::stamp_of(item), [&] {
    const auto study = report::read_study(item.folder.path);
    return report::groups_csv(study, report::group_trials(study));
  });
  auto answer = kept(found, "text/csv; charset=utf-8");
  answer.headers.emplace_back("Content-Disposition", "attachment; filename=\"groups.csv\"");
  return answer;
}

Answer Site::numbers_csv(const Request& request) {
  const Item item = wanted(request);
  if (!item.refused.empty()) throw Refusal{404, item.refused};
  const auto found =
      numbers_.get(item.name, WatchedFolder::stamp_of(item), [&] { return numbers_of(item); });
  const auto numbers = found.value->find(request.value("figure"));
  if (numbers == found.value->end()) throw Refusal{404, "there is no such figure"};
  Answer answer{.type = "text/csv; charset=utf-8", .body = numbers->second};
  add_retry(answer, found.stale_seconds);
  answer.headers.emplace_back("Content-Disposition",
                              fmt::format("attachment; filename=\"{}\"", numbers->first));
  return answer;
}

Answer Site::wave_svg(const Request& request) {
  const Item item = wanted(request);
  if (item.sweep() || !item.refused.empty()) throw Refusal{404, "there is no such run"};
  const auto heads = wave_heads(*kept_summary(item, at_once()).value);
  const std::string head = request.value("head");
  if (!head.empty() && std::find(heads.begin(), heads.end(), head) == heads.end()) {
    throw Refusal{404, "the run has no such head"};
  }
  return {.type = "image/svg+xml",
          .body = waves_.draw(item.folder.path, WatchedFolder::stamp_of(item), head,
                              number(request, "sample", 0))};
}

Answer Site::script(const Request&) {
  return {.type = "text/javascript; charset=utf-8", .body = page_script};
}

Answer Site::events(const Request&) { return {.type = "text/event-stream", .events = true}; }

}  // namespace glia::serve
