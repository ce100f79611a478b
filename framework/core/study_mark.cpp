// SPDX-License-Identifier: MIT
#include "core/study_mark.hpp"

#include "core/files.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <random>

namespace glia {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t looked_at = 1024;  // bytes of either end

/// The mark in a piece of JSON. No text within JSON has such a quote in it, and no other member of
/// this name is a text.
std::string find_mark(std::string_view piece) {
  const std::string key = fmt::format("\"{}\":", mark_key);
  for (auto at = piece.find(key); at != std::string_view::npos; at = piece.find(key, at + 1)) {
    const auto begin = piece.find_first_not_of(' ', at + key.size());
    if (begin == std::string_view::npos || piece[begin] != '"') continue;
    const auto end = piece.find('"', begin + 1);
    if (end != std::string_view::npos) return std::string(piece.substr(begin + 1, end - begin - 1));
  }
  return {};
}

std::string list_of(const std::vector<const Marked*>& files) {
  std::string text;
  for (const auto* file : files) {
    text += (text.empty() ? "" : ", ") + file->file.filename().string();
  }
  return text;
}

}  // namespace

std::string new_mark(const fs::path& folder) {
  constexpr std::size_t most_name = 60;
  const fs::path whole = folder.empty() ? folder : fs::absolute(folder).lexically_normal();
  std::string name = whole.has_filename() ? whole.filename() : whole.parent_path().filename();
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 127 || !(std::isalnum(byte) || c == '-' || c == '_' || c == '.')) c = '_';
  }
  std::random_device chance;
  const auto number = std::uint64_t{chance()} << 32 | chance();
  return fmt::format("{}-{:016x}", name.substr(0, most_name), number);
}

std::string mark_in(std::string_view json) {
  if (auto found = find_mark(json.substr(0, looked_at)); !found.empty()) return found;
  return find_mark(json.substr(json.size() - std::min(json.size(), looked_at)));
}

std::optional<std::string> mark_of(const fs::path& file) {
  int opened = -1;
  try {
    opened = open_to_read(file);
  } catch (const Error&) {
    return std::nullopt;
  }
  char bytes[looked_at];
  const ssize_t got = ::read(opened, bytes, sizeof bytes);
  ::close(opened);
  const std::string_view begin(bytes, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (begin.find("\"format\"") == std::string_view::npos) return std::nullopt;
  return find_mark(begin);
}

std::string mark_of_place(const fs::path& folder) {
  fs::path path = fs::absolute(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  if (path.parent_path().filename() != "trials") return {};
  const auto sweep = mark_of(path.parent_path().parent_path() / "sweep.json");
  if (!sweep || sweep->empty()) return {};
  return fmt::format("{}/trials/{}", *sweep, path.filename().string());
}

std::string mark_words(std::string_view mark) {
  return mark.empty() ? std::string("one that an older glia made") : fmt::format("'{}'", mark);
}

void require_one_mark(const std::vector<Marked>& files, const char* what) {
  std::map<std::string, std::vector<const Marked*>> all;
  for (const auto& file : files) all[file.mark].push_back(&file);
  if (all.size() < 2) return;
  const auto most = std::max_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.second.size() < b.second.size();
  });
  std::string text;
  for (const auto& [mark, of] : all) {
    if (mark == most->first) continue;
    text += fmt::format("{}{} is of {}", text.empty() ? "" : ", ", list_of(of), mark_words(mark));
  }
  throw Error(ErrorCode::data,
              fmt::format("{}: files of several {}s lie here: {}, and {} of {}",
                          files.front().file.parent_path().string(), what, text,
                          list_of(most->second), mark_words(most->first)),
              fmt::format("put the {}'s own file back from a copy: each {} has a folder of its own",
                          what, what));
}

void require_one_sweep(const fs::path& folder, const Marked& other) {
  std::vector<Marked> files{other};
  for (const char* name : {"sweep.json", "plan.json"}) {
    if (const auto mark = mark_of(folder / name)) files.push_back({folder / name, *mark});
  }
  require_one_mark(files, "sweep");
}

}  // namespace glia
