// SPDX-License-Identifier: MIT
#include "config/extends.hpp"

#include "config/item_text.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/value.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

namespace glia::config {
namespace fs = std::filesystem;
namespace {

constexpr const char* key = "extends";
constexpr std::size_t most_readings = 200;

[[noreturn]] void fail(const Source& source, const std::string& message, const std::string& hint) {
  Diagnostics problem;
  problem.error(source, message, hint);
  problem.require_ok();
  throw Error(ErrorCode::internal, message);  // never: there is a problem
}

/// Lays a document over another one.
void lay(Item& under, const Item& over) {
  for (const Member& member : over.members) {
    Member* there = under.find(member.key);
    if (!there) {
      under.members.push_back(member);
    } else if (there->value.is_table() && member.value.is_table()) {
      lay(there->value, member.value);
    } else {
      *there = member;
    }
  }
}

/// The files that a document extends, with where each is named.
std::vector<std::pair<std::string, Source>> bases_of(const Member& extends) {
  const Item& value = extends.value;
  std::vector<std::pair<std::string, Source>> files;
  const auto add = [&](const Item& item) {
    if (!item.text()) {
      fail(item.source, "extends must be a file or a list of files, not " + describe(item),
           "write extends = \"base.toml\"");
    }
    files.emplace_back(*item.text(), item.source);
  };
  if (value.is_array()) {
    for (const Item& item : value.items) add(item);
  } else {
    add(value);
  }
  return files;
}

class Composer {
 public:
  explicit Composer(const ReadText& read) : read_(read) {}

  Item compose(Item document, const fs::path& file) {
    const auto at = std::find_if(document.members.begin(), document.members.end(),
                                 [](const Member& member) { return member.key == key; });
    if (at == document.members.end()) return document;
    under_way_.push_back(fs::weakly_canonical(file));
    Item all;
    all.source = document.source;
    for (const auto& [name, source] : bases_of(*at)) {
      const fs::path base = (file.parent_path() / name).lexically_normal();
      lay(all, compose(read(base, source), base));
    }
    under_way_.pop_back();
    document.members.erase(at);
    lay(all, document);
    return all;
  }

 private:
  Item read(const fs::path& file, const Source& named_at) {
    if (++readings_ > most_readings) {
      fail(named_at,
           fmt::format("more than {} files are extended, each counted as often as it is named",
                       most_readings),
           "name a file once, in the one that all others extend");
    }
    const fs::path real = fs::weakly_canonical(file);
    const auto again = std::find(under_way_.begin(), under_way_.end(), real);
    if (again != under_way_.end()) {
      std::string circle;
      for (auto it = again; it != under_way_.end(); ++it)
        circle += it->filename().string() + " -> ";
      fail(named_at,
           fmt::format("the files extend each other in a circle: {}{}", circle,
                       file.filename().string()),
           "leave out one of them");
    }
    std::string text;
    try {
      text = read_(file.string());
    } catch (const Error& e) {
      fail(named_at, e.message(), e.hint());
    }
    return parse_document(text, file.string());
  }

  const ReadText& read_;
  std::vector<fs::path> under_way_;
  std::size_t readings_ = 0;
};

std::string quoted(const std::string& name) {
  const bool bare = !name.empty() && name.find_first_not_of(
                                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789_-") == std::string::npos;
  return bare ? name : to_text(Value{name});
}

std::string lines_of(const std::string& header, const Item& table) {
  std::string text = fmt::format("[{}]\n", header);
  for (const auto& member : table.members) {
    text += fmt::format("{} = {}\n", quoted(member.key), toml_text(member.value));
  }
  return text + '\n';
}

}  // namespace

Item compose(Item document, const std::string& file, const ReadText& read) {
  return Composer(read).compose(std::move(document), file);
}

std::string document_text(const Item& document) {
  std::string plain, tables;
  for (const auto& [name, source, value] : document.members) {
    const bool nodes = value.is_table() && !value.members.empty() &&
                       std::all_of(value.members.begin(), value.members.end(),
                                   [](const Member& m) { return m.value.is_table(); });
    if (!value.is_table()) {
      plain += fmt::format("{} = {}\n", quoted(name), toml_text(value));
    } else if (!nodes) {
      tables += lines_of(quoted(name), value);
    } else {
      for (const auto& node : value.members) {
        tables += lines_of(quoted(name) + '.' + quoted(node.key), node.value);
      }
    }
  }
  return plain + tables;
}

}  // namespace glia::config
