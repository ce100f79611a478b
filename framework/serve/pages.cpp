// SPDX-License-Identifier: MIT
#include "serve/pages.hpp"

#include "core/diagnostics.hpp"
#include "report/html.hpp"
#include "report/svg.hpp"
#include "serve/guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace glia::serve {
namespace {

using nlohmann::ordered_json;
using report::element;
using report::escaped;

std::string text_at(const ordered_json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// As HTML; "" where there is none.
std::string best_text(const Summary& summary) {
  const auto best = summary.json.find("best");
  if (best == summary.json.end() || !best->is_object()) {
    return summary.ranking ? "<span class=\"faint later\">being ranked</span>" : "";
  }
  return escaped(fmt::format("{}.{} {:.4f}", text_at(*best, "head"), text_at(*best, "metric"),
                             best->at("value").get<double>()));
}

/// "2026-11-27T20:24:03Z" as clocks here show it, as the log of a run does; what is none, as it is.
std::string local_time(const std::string& text) {
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (!end || *end != '\0') return escaped(text);
  const std::time_t time = ::timegm(&parts);
  if (!::localtime_r(&time, &parts)) return escaped(text);
  char shown[32];
  std::strftime(shown, sizeof shown, "%Y-%m-%d %H:%M:%S", &parts);
  return fmt::format("<time datetime=\"{}\">{}</time>", escaped(text), shown);
}

/// A mark beside the word: colour alone tells nobody who does not see it.
std::string state_text(const std::string& status) {
  const char* mark = status == "running"       ? "▶ "
                     : status == "ok"          ? "✓ "
                     : status == "failed"      ? "✗ "
                     : status == "damaged"     ? "⚠ "
                     : status == "interrupted" ? "‖ "
                                               : "";
  return fmt::format("<span class=\"state\"><span aria-hidden=\"true\">{}</span>{}</span>", mark,
                     escaped(status));
}

std::string progress_text(const ordered_json& json) {
  const auto trials = json.find("trials");
  if (trials == json.end() || !trials->is_object()) return {};
  std::size_t all = 0, ended = 0;
  for (const auto& [status, count] : trials->items()) {
    all += count.get<std::size_t>();
    if (status == "ok" || status == "failed" || status == "pruned")
      ended += count.get<std::size_t>();
  }
  return fmt::format("{} of {} trials", ended, all);
}

std::string row_of(const std::string& token, const Item& item, const Summary& summary) {
  const auto& json = summary.json;
  const std::string name = item.name == "." ? text_at(json, "name") : item.name;
  const auto cell = [](const char* style, const std::string& content) {
    return content.empty() ? std::string("<td role=\"cell\"></td>")
                           : fmt::format("<td role=\"cell\" class=\"{}\">{}</td>", style, content);
  };
  return fmt::format("<tr role=\"row\"><th scope=\"row\" role=\"rowheader\" class=\"word\">{}</th>",
                     link("/show?name=" + url_encoded(item.name), token, name)) +
         cell("word", state_text(text_at(json, "status"))) + cell("", progress_text(json)) +
         cell("word", best_text(summary)) + cell("word", text_at(json, "kind")) +
         cell("word", escaped(text_at(json, "pipeline"))) +
         cell("word", local_time(text_at(json, "started"))) + "</tr>\n";
}

std::string pager(const std::string& token, std::size_t from, std::size_t all) {
  if (all <= page_lines) return {};
  std::string text = "<nav aria-label=\"Pages of the table\"><p>";
  if (from > 0) {
    text +=
        link(fmt::format("/?from={}", from - std::min(from, page_lines)), token, "newer") + " · ";
  }
  text += fmt::format("{} to {} of {}", from + 1, std::min(all, from + page_lines), all);
  if (from + page_lines < all) {
    text += " · " + link(fmt::format("/?from={}", from + page_lines), token, "older");
  }
  return text + "</p></nav>\n";
}

}  // namespace

std::string link(const std::string& path, const std::string& token, const std::string& text) {
  const char join = path.find('?') == std::string::npos ? '?' : '&';
  return fmt::format("<a href=\"{}{}token={}\">{}</a>", escaped(path), join == '&' ? "&amp;" : "?",
                     url_encoded(token), escaped(text));
}

std::string problem(const std::string& text) {
  return fmt::format("<p class=\"problem\">{}</p>\n", escaped(text));
}

std::string framed(const std::string& token, const std::string& name, const std::string& heading,
                   const std::vector<Part>& parts) {
  std::string body;
  if (!name.empty()) {
    body += "<nav aria-label=\"Where this is\"><p>" + link("/", token, "← all runs and sweeps") +
            "</p></nav>\n";
  }
  body += element("h1", heading);
  body +=
      "<p id=\"answers\" class=\"faint\" role=\"status\">As it was when this page was "
      "opened.</p>\n";
  body += fmt::format("<div id=\"page\" data-name=\"{}\">\n", escaped(name));
  for (const auto& part : parts) {
    body += fmt::format("<div class=\"part\" id=\"{}\" data-source=\"{}\">\n{}</div>\n", part.id,
                        escaped(part.source), part.content);
  }
  const std::string head = fmt::format(
      "<style>{}</style>\n<link rel=\"icon\" href=\"data:,\">\n<script src=\"/page.js?token={}\" "
      "defer></script>\n",
      page_style, url_encoded(token));
  return report::html_page(heading + " · glia", body + "</div>\n", head);
}

std::string overview(const std::string& token, const Items& items,
                     const std::vector<Summary>& summaries, std::size_t from) {
  if (items.all.empty() && !items.below.empty()) {
    return element("p", fmt::format("There are no runs or sweeps in this folder, but in folders of "
                                    "it: show one of {}, as in glia serve {}",
                                    quoted_list(items.below), items.below.front()));
  }
  if (items.all.empty()) {
    return element("p",
                   "There are no runs or sweeps here yet. They appear as soon as one begins: glia "
                   "run FILE.toml, glia sweep FILE.toml");
  }
  std::string text =
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Runs and sweeps\">"
      "<table class=\"runs\" role=\"table\">\n<caption>Runs and sweeps, those that changed last "
      "first. Best: on the validation "
      "split where samples were kept for it; the name says so.</caption>\n<thead "
      "role=\"rowgroup\"><tr role=\"row\">";
  for (const char* column : {"name", "state", "progress", "best", "kind", "pipeline", "started"}) {
    text += fmt::format("<th scope=\"col\" role=\"columnheader\"{}>{}</th>",
                        std::string(column) == "progress" ? "" : " class=\"word\"", column);
  }
  text += "</tr></thead>\n<tbody role=\"rowgroup\">\n";
  for (std::size_t i = 0; i < summaries.size() && from + i < items.all.size(); ++i) {
    text += row_of(token, items.all[from + i], summaries[i]);
  }
  text += "</tbody></table></div>\n" + pager(token, from, items.all.size());
  if (items.left_out > 0) {
    text += element("p", fmt::format("{} older ones are left out.", items.left_out), "faint");
  }
  if (!items.complete) {
    text += element("p", "The folder holds so many files that not all of them were looked at.",
                    "faint");
  }
  return text;
}

std::string summary_line(const Summary& summary) {
  const auto& json = summary.json;
  std::string text = fmt::format("<p>{} {}", text_at(json, "kind") == "sweep" ? "Sweep," : "Run,",
                                 state_text(text_at(json, "status")));
  if (const auto best = best_text(summary); !best.empty()) {
    text +=
        fmt::format(" · best{}: <b>{}</b>", text_at(json, "status") == "ok" ? "" : " so far", best);
  }
  if (const auto pipeline = text_at(json, "pipeline"); !pipeline.empty()) {
    text += fmt::format(" · pipeline “{}”", escaped(pipeline));
  }
  if (const auto started = text_at(json, "started"); !started.empty()) {
    text += fmt::format(" · started {}", local_time(started));
  }
  return text + "</p>\n";
}

std::string wave_form(const std::vector<std::string>& heads) {
  if (heads.empty()) return {};
  std::string text =
      element("h2", "The wave") +
      element("p",
              "Every row of cells for a sample of the test split, as glia wave draws "
              "it. It starts glia with the run's plugins and data.");
  text += "<form id=\"wave\">\n<label>head <select name=\"head\">";
  for (const auto& head : heads) {
    text += fmt::format("<option value=\"{}\">{}</option>", escaped(head), escaped(head));
  }
  return text +
         "</select></label>\n<label>sample <input name=\"sample\" type=\"number\" min=\"0\" "
         "max=\"9999999\" value=\"0\" required></label>\n<button type=\"submit\">Draw</button>\n"
         "</form>\n<p id=\"wave-said\" role=\"status\"></p>\n<div class=\"wide\" tabindex=\"0\" "
         "role=\"region\" aria-label=\"Picture of the wave\"><img id=\"wave-picture\" alt=\"\" "
         "hidden></div>\n";
}

}  // namespace glia::serve
