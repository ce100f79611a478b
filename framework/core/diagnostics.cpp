// SPDX-License-Identifier: MIT
#include "core/diagnostics.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>

namespace glia {
namespace {

constexpr std::size_t most_kept = 1000;   // problems: nobody reads more
constexpr std::size_t longest_word = 64;  // that a slip is looked for in
constexpr std::size_t most_candidates = 1000;
constexpr std::size_t most_listed = 40;

/// Edits (insert, delete, replace, swap of neighbours) between two words of at most `longest_word`.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::array<std::array<std::size_t, longest_word + 1>, longest_word + 1> d{};
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  std::iota(d[0].begin(), d[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

void Diagnostics::error(Source source, std::string message, std::string hint) {
  if (all_.size() >= most_kept) return;
  all_.push_back({std::move(source), std::move(message), std::move(hint)});
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  auto copy = all_;
  std::stable_sort(copy.begin(), copy.end(),
                   [](const auto& a, const auto& b) { return a.source < b.source; });
  return copy;
}

std::string Diagnostics::text() const {
  std::string text;
  for (const auto& d : sorted()) {
    if (!text.empty()) text += '\n';
    text += fmt::format("{}: error: {}", d.source.text(), d.message);
    if (!d.hint.empty()) text += "\n  hint: " + d.hint;
  }
  if (all_.size() >= most_kept) text += "\n... these are the first; there may be more";
  return text;
}

void Diagnostics::require_ok() const {
  if (!ok()) throw Error(ErrorCode::configuration, text());
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  const std::string* match = nullptr;
  std::size_t longer = 0;  // "kernel" for "kernel_size", if it is the only one that begins so
  const std::string* longer_match = nullptr;
  if (word.size() > longest_word) return "";
  std::size_t looked_at = 0;
  for (const auto& candidate : candidates) {
    if (++looked_at > most_candidates) break;
    const std::size_t off = std::max(word.size(), candidate.size()) -
                            std::min(word.size(), candidate.size());  // at least so many edits
    const bool near = candidate.size() <= longest_word && off < best;
    const std::size_t distance = near ? edit_distance(word, candidate) : best;
    if (distance < best) {
      best = distance;
      match = &candidate;
    }
    if (word.size() >= 3 && candidate.starts_with(word)) {
      ++longer;
      longer_match = &candidate;
    }
  }
  if (!match && longer == 1) match = longer_match;
  return match ? fmt::format("did you mean '{}'?", *match) : "";
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i == most_listed) return fmt::format("{} and {} more", text, words.size() - i);
    if (i) text += i + 1 == words.size() ? " and " : ", ";
    text += fmt::format("'{}'", words[i]);
  }
  return text;
}

}  // namespace glia
