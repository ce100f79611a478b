// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/templates.hpp"
#include "core/diagnostics.hpp"
#include "core/files.hpp"
#include "core/made_folder.hpp"
#include "core/output.hpp"
#include "plugin/descriptor_check.hpp"
#include "plugin/registry.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

namespace glia::cli {
namespace {

namespace fs = std::filesystem;

struct PluginNewCommand {
  std::string name, folder = ".";
  bool stencil = false, general = false;
};

struct Kind {
  const char* word;
  PluginKind kind;
};
constexpr Kind kinds[] = {{"wave", PluginKind::wave_layer}, {"dataset", PluginKind::dataset},
                          {"encoder", PluginKind::encoder}, {"activation", PluginKind::activation},
                          {"head", PluginKind::head},       {"task", PluginKind::task}};

/// "leaky_slide" -> "LeakySlide".
std::string class_name(const std::string& id) {
  std::string name;
  bool capital = true;
  for (const char c : id) {
    if (c != '_') name += capital ? static_cast<char>(std::toupper(c)) : c;
    capital = c == '_';
  }
  return name;
}

std::string filled(std::string text, const std::string& id) {
  for (const auto& [mark, value] : {std::pair{"@name@", id}, {"@Class@", class_name(id)}}) {
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
      text.replace(at, std::char_traits<char>::length(mark), value);
    }
  }
  return text;
}

/// KIND/NAME, checked.
std::pair<Kind, std::string> parse(const std::string& text) {
  const auto mark = text.find('/');
  if (mark == std::string::npos) {
    throw Error(
        ErrorCode::usage, fmt::format("'{}' does not say what kind of plugin to make", text),
        fmt::format(
            "write wave/{}, or dataset/..., encoder/..., activation/..., head/..., task/...",
            text));
  }
  const std::string word = text.substr(0, mark), id = text.substr(mark + 1);
  const auto kind = std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& k) {
    return word == k.word || (word == "wave_layer" && k.kind == PluginKind::wave_layer);
  });
  if (kind == std::end(kinds)) {
    std::vector<std::string> known;
    for (const auto& k : kinds) known.emplace_back(k.word);
    const auto guess = did_you_mean(word, known);
    throw Error(ErrorCode::usage, fmt::format("there is no kind of plugin '{}'", word),
                guess.empty() ? "the kinds are " + quoted_list(known) : guess);
  }
  if (!plugin::is_identifier(id) || id.size() > 40) {
    throw Error(ErrorCode::usage, fmt::format("'{}' cannot be the name of a plugin", id),
                "at most 40 lower-case letters, digits and underscores, a letter first");
  }
  return {*kind, id};
}

/// Template of each file of the new folder.
std::vector<std::pair<std::string, std::string>> files(const Kind& kind, const std::string& id,
                                                       bool general) {
  const std::string word = kind.word;
  std::string source = word;
  if (kind.kind == PluginKind::wave_layer) source = general ? "wave_general" : "wave_stencil";
  return {{id + ".cpp", source + ".cpp"},
          {id + "_test.cpp", source + "_test.cpp"},
          {"CMakeLists.txt", "CMakeLists.txt"},
          {id + ".toml", word + ".toml"},
          {"README.md", "README.md"}};
}

int make(const PluginNewCommand& a, const Session& session) {
  const auto [kind, id] = parse(a.name);
  if ((a.stencil || a.general) && kind.kind != PluginKind::wave_layer) {
    throw Error(ErrorCode::usage,
                std::string(a.general ? "--general" : "--stencil") + " is for wave layers only");
  }
  if (const auto* other = plugin::load_plugins(session.plugin_path).find(kind.kind, id)) {
    throw Error(
        ErrorCode::usage,
        fmt::format("there is a {} '{}' already, in {}: the program would refuse a second one",
                    kind_name(kind.kind), id, other->file),
        "choose another name");
  }
  const fs::path folder = fs::path(a.folder) / id;
  std::error_code error;
  if (fs::exists(fs::symlink_status(folder, error))) {
    throw Error(ErrorCode::usage, folder.lexically_normal().string() + " exists already",
                "nothing is ever overwritten: choose another name, or another folder with -o");
  }
  MadeFolder made(folder);
  for (const auto& [name, from] : files(kind, id, a.general)) {
    write_file(made.file(name), filled(templates().at(from), id));
  }
  made.keep();
  const std::string at = folder.lexically_normal().string();
  print(
      "made %s/ with %s.cpp, its test, its CMakeLists.txt and a pipeline\n"
      "next:\n"
      "  cd %s\n"
      "  cmake -B build && cmake --build build\n"
      "  ctest --test-dir build\n"
      "  glia --plugin-path build run %s.toml\n",
      at.c_str(), id.c_str(), at.c_str(), id.c_str());
  return ok;
}

}  // namespace

void add_plugin_new(CLI::App& group, Session& session) {
  auto* command = group.add_subcommand("new", "Make a folder with a working plugin to start from");
  auto a = std::make_shared<PluginNewCommand>();
  command
      ->add_option(
          "NAME", a->name,
          "wave/NAME, dataset/NAME, encoder/NAME, activation/NAME, head/NAME or task/NAME; the "
          "folder is called NAME")
      ->type_name("KIND/NAME")
      ->required();
  command->add_option("-o,--output", a->folder, "Folder to make it in")
      ->type_name("DIR")
      ->capture_default_str();
  auto* stencil = command->add_flag(
      "--stencil", a->stencil, "Wave layers: state who hears whom, and nothing else (the default)");
  command->add_flag("--general", a->general, "Wave layers: any LibTorch code")->excludes(stencil);
  command->callback(
      [&session, a] { session.action = [&session, a] { return make(*a, session); }; });
}

}  // namespace glia::cli
