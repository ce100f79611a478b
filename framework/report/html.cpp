// SPDX-License-Identifier: MIT
#include "report/html.hpp"

#include "core/text.hpp"
#include "report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glia::report {
namespace {

constexpr const char* layout = R"css(
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,'DejaVu Sans',sans-serif;background:var(--page);color:var(--ink)}
main{max-width:76rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .3rem;text-wrap:balance}
h2{font-size:1.25rem;margin:2.6rem 0 .6rem}
h3{font-size:1rem;margin:0}
.of{color:var(--faint);font-size:.875rem;margin:0 0 .3rem}
p{margin:.4rem 0;max-width:46rem}
.faint,figcaption,caption{color:var(--faint);font-size:.875rem}
.tiles{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.2rem 0;padding:0;list-style:none}
.tiles li{border:1px solid var(--rule);border-radius:.6rem;padding:.5rem .9rem;min-width:6.5rem}
.tiles b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums;line-height:1.3}
.bad b{color:var(--bad)}
.wide{overflow-x:auto;max-width:100%;background:
linear-gradient(90deg,var(--page) 30%,transparent) 0 0/2.5rem 100% no-repeat local,
linear-gradient(270deg,var(--page) 30%,transparent) 100% 0/2.5rem 100% no-repeat local,
linear-gradient(90deg,var(--shadow),transparent) 0 0/.8rem 100% no-repeat scroll,
linear-gradient(270deg,var(--shadow),transparent) 100% 0/.8rem 100% no-repeat scroll}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;margin:.3rem 0 1rem}
caption{text-align:left;padding:0 0 .5rem;max-width:46rem}
th,td{text-align:right;padding:.28rem .7rem;border-bottom:1px solid var(--rule)}
td{vertical-align:top}
th{font-weight:600;vertical-align:bottom;min-width:4.2rem}
thead th{border-bottom:2px solid var(--rule)}
.word{text-align:left;overflow-wrap:break-word;max-width:26rem}
tbody tr:hover{background:var(--hover)}
figure{margin:1.2rem 0 1.8rem;break-inside:avoid}
figure svg{display:block;width:100%;max-width:52rem;height:auto}
a{color:inherit}
figcaption{max-width:46rem;margin-top:.3rem}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:0 2rem;max-width:58rem}
.pair figure{margin:.8rem 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;font-size:.875rem;margin:1rem 0}
dt{color:var(--faint)}
dd{margin:0;overflow-wrap:anywhere}
code,pre{font:13px/1.45 ui-monospace,'DejaVu Sans Mono',monospace}
pre{overflow-x:auto;padding:.8rem 1rem;border:1px solid var(--rule);border-radius:.5rem;max-height:30rem}
summary{cursor:pointer;font-weight:600;margin:1rem 0 .3rem}
summary:focus-visible{outline:2px solid var(--bad);outline-offset:3px}
@media (max-width:40rem){main{padding:1.2rem .9rem 3rem}dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .4rem}
figure svg{min-width:min(var(--wide,0px),46rem)}th,td{padding:.28rem .45rem}.word{max-width:16rem}caption{max-width:calc(100vw - 2.2rem)}
.lines thead{display:none}.lines,.lines caption,.lines tbody,.lines tr{display:block}
.lines tr{border-bottom:2px solid var(--rule);padding:.3rem 0}.lines .word{max-width:none}
.lines td{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1.2fr);gap:.8rem;text-align:left;border:0;padding:.08rem 0;overflow-wrap:anywhere}
.lines td::before{content:attr(data-of);color:var(--faint)}}
@media print{main{max-width:none;padding:0}body{font-size:11pt}h2{break-after:avoid}tr{break-inside:avoid}
pre{max-height:none;white-space:pre-wrap}.wide{overflow:visible}}
)css";

constexpr const char* light =
    ":root{color-scheme:light;--page:#ffffff;--ink:#1d2126;--faint:#5b636d;--rule:#d9dde2;"
    "--hover:#f4f6f8;--bad:#b3261e;--shadow:#00000026}";
constexpr const char* dark =
    ":root{color-scheme:dark;--page:#16181c;--ink:#e8eaed;--faint:#a3aab4;--rule:#363b42;"
    "--hover:#1f2329;--bad:#ff8a80;--shadow:#ffffff26}";

/// Letters of the longest word; a line ends after a space, or the dot of a path.
std::size_t longest_word(const std::string& text) {
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_of(" .", at), text.size());
    longest = std::max(longest, width(text.substr(at, end - at)));
    at = end + 1;
  }
  return longest;
}

/// Whether a table fits the narrowest window that is cared for, 390 px: a letter takes some 9 of them,
/// and a cell has a margin.
bool is_narrow(const HtmlTable& table) {
  constexpr double room = 350, letter = 9, margin = 15;
  double wide = 0;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    std::size_t longest = longest_word(table.columns[c]);
    for (const auto& row : table.rows) {
      if (c < row.size()) longest = std::max(longest, width(row[c]));
    }
    wide += letter * static_cast<double>(longest) + margin;
  }
  return wide <= room;
}

/// Paths of settings are long; a line may end after a dot.
std::string breakable(const std::string& text) {
  std::string loose;
  for (std::size_t i = 0; i < text.size(); ++i) {
    loose += text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '.' && (next < '0' || next > '9')) loose += "<wbr>";  // no number
  }
  return loose;
}

}  // namespace

std::string element(const std::string& tag, const std::string& text, const std::string& style) {
  return fmt::format("<{}{}>{}</{}>\n", tag,
                     style.empty() ? "" : fmt::format(" class=\"{}\"", style), escaped(text), tag);
}

std::string to_html(const HtmlTable& table) {
  // In a narrow window a table that is none becomes lines: every cell says what it is, and roles say
  // that it is a table all the same.
  const bool narrow = is_narrow(table);
  const auto role = [&](const char* name) {
    return narrow ? std::string() : fmt::format(" role=\"{}\"", name);
  };
  const std::string row_role = role("row"), cell_role = role("cell");
  std::string text = fmt::format(
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"{}\"><table{}{}>\n<caption>{}</caption>\n<thead{}><tr{}>",
      escaped(table.caption), narrow ? "" : " class=\"lines\"", role("table"),
      escaped(table.caption), role("rowgroup"), row_role);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    text += fmt::format("<th scope=\"col\"{}{}{}</th>", role("columnheader"),
                        c < table.left ? " class=\"word\">" : ">",
                        breakable(escaped(table.columns[c])));
  }
  text += fmt::format("</tr></thead>\n<tbody{}>\n", role("rowgroup"));
  for (const auto& row : table.rows) {
    text += fmt::format("<tr{}>", row_role);
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string of = narrow || c >= table.columns.size()
                                 ? ""
                                 : fmt::format(" data-of=\"{}\"", escaped(table.columns[c]));
      text += fmt::format("<td{}{}{}>{}</td>", cell_role, c < table.left ? " class=\"word\"" : "",
                          of, escaped(row[c]));
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

std::string definitions(const std::vector<std::pair<std::string, std::string>>& entries) {
  if (entries.empty()) return {};
  std::string text = "<dl>\n";
  for (const auto& [name, value] : entries) {
    text += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(value));
  }
  return text + "</dl>\n";
}

std::string html_page(const std::string& title, const std::string& body, const std::string& head) {
  // The dark colours are for screens alone, so that a dark page prints on white.
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
      "name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\">\n<title>{}</title>\n<style>\n{}{}{}@media "
      "screen and "
      "(prefers-color-scheme:dark){{{}{}}}\n</style>\n{}</head>\n<body>\n<main>\n{}</main>\n</"
      "body>\n</html>\n",
      escaped(title), light, layout, figure_style(false), dark, figure_style(true), head, body);
}

}  // namespace glia::report
