// SPDX-License-Identifier: MIT
#include "serve/item_parts.hpp"

#include "report/groups.hpp"
#include "report/html.hpp"
#include "report/page.hpp"
#include "results/policies.hpp"
#include "serve/guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace glia::serve {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t largest_results = std::uintmax_t{1} << 30;
constexpr std::size_t most_kept = 50;

}  // namespace

std::vector<std::string> wave_heads(const Summary& summary) {
  std::vector<std::string> heads;
  const auto all = summary.json.find("heads");
  if (all == summary.json.end()) return heads;
  const std::string of_a_policy = std::string("test_") + results::return_metric;
  for (const auto& [id, numbers] : all->items()) {
    if (!numbers.contains(of_a_policy)) heads.push_back(id);
  }
  return heads;
}

std::string report_of(const Item& item, const std::string& token) {
  const fs::path& folder = item.folder.path;
  std::error_code ignored;
  const fs::path file = folder / "results.json";
  if (!fs::exists(file, ignored)) return {};
  if (fs::file_size(file, ignored) > largest_results) {
    return problem("results.json has more than a gigabyte: look at it with glia report");
  }
  const auto study = report::read_study(folder);
  report::FigureFiles files([&](const std::string& file) {
    return fmt::format("/numbers.csv?name={}&figure={}&token={}", url_encoded(item.name), file,
                       url_encoded(token));
  });
  return report::report_body(study, report::group_trials(study), "groups.csv", files);
}

std::map<std::string, std::string> numbers_of(const Item& item) {
  const auto study = report::read_study(item.folder.path);
  report::FigureFiles files([](const std::string& file) { return file; });
  report::report_body(study, report::group_trials(study), "groups.csv", files);
  return files.all();
}

std::string kept_trials(const Item& item, const std::string& token) {
  std::vector<unsigned> numbers;
  std::error_code error;
  const fs::path trials = item.folder.path / "trials";
  for (fs::directory_iterator it(trials, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    unsigned value = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), value);
    if (read.ec != std::errc{} || read.ptr != name.data() + name.size()) continue;
    const auto found = results_folder(it->path());
    if (found && found->kind == ResultsFolder::Kind::run) numbers.push_back(value);
    if (numbers.size() > most_kept) break;
  }
  if (numbers.empty()) return {};
  std::sort(numbers.begin(), numbers.end());
  std::string text = report::element("h2", "Trials with folders of their own") + "<ul>\n";
  for (const auto trial : numbers) {
    text +=
        fmt::format("<li>{}</li>\n",
                    link(fmt::format("/show?name={}",
                                     url_encoded(fmt::format("{}/trials/{}", item.name, trial))),
                         token, fmt::format("trial {}", trial)));
  }
  return text + "</ul>\n";
}

}  // namespace glia::serve
