// SPDX-License-Identifier: MIT
// Shell completion and the manual page, both written from the commands as declared.
#include "cli/command.hpp"
#include "core/output.hpp"
#include "core/provenance.hpp"
#include "core/variable.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace glia::cli {
namespace {

/// Every command with its parents: "plugin check".
void each_command(const CLI::App& app, const std::string& path,
                  const std::function<void(const CLI::App&, const std::string&)>& use) {
  use(app, path);
  for (const auto* sub :
       app.get_subcommands([](const CLI::App* c) { return !c->get_group().empty(); })) {
    each_command(*sub, path.empty() ? sub->get_name() : path + ' ' + sub->get_name(), use);
  }
}

std::vector<std::string> subcommands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* sub :
       app.get_subcommands([](const CLI::App* c) { return !c->get_group().empty(); })) {
    names.push_back(sub->get_name());
  }
  return names;
}

std::vector<std::string> options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    for (const auto& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// Which words stand for a plugin, so that ids can be offered.
bool names_plugin(const std::string& path) {
  return path == "plugin inspect" || path == "plugin check";
}

/// Commands that take a pipeline file and settings to change.
bool takes_settings(const CLI::App& app) { return app.get_option_no_throw("overrides") != nullptr; }

std::string bash(const CLI::App& root) {
  std::string cases, with_settings;
  each_command(root, "", [&](const CLI::App& app, const std::string& path) {
    if (takes_settings(app)) with_settings += (with_settings.empty() ? "\"" : "|\"") + path + '"';
    cases += fmt::format(
        "    \"{}\") words=\"{} {}\"{} ;;\n", path, joined(subcommands(app)), joined(options(app)),
        names_plugin(path) ? "; words+=\" $(glia plugin list --ids 2>/dev/null)\"" : "");
  });
  return fmt::format(
      "# bash completion of glia: put it into "
      "~/.local/share/bash-completion/completions/glia\n_glia() {{\n  local "
      "current=\"${{COMP_WORDS[COMP_CWORD]}}\" path=\"\" words=\"\" word\n  for word in "
      "\"${{COMP_WORDS[@]:1:COMP_CWORD-1}}\"; do\n    case \" $(_glia_words \"$path\") \" in\n     "
      " *\" $word \"*) [[ $word == -* ]] || path=\"${{path:+$path }}$word\" ;;\n    esac\n  done\n "
      " words=$(_glia_words \"$path\")\n  case \"$path\" in {}) words+=\" $(_glia_keys)\" ;; "
      "esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$current\") $(compgen -f -- "
      "\"$current\"))\n  [[ ${{COMPREPLY[0]}} == *= ]] && compopt -o nospace 2>/dev/null\n}}\n# "
      "Settings of the pipeline file on the command line, as KEY=.\n_glia_keys() {{\n  local "
      "word\n  for word in \"${{COMP_WORDS[@]:2}}\"; do\n    if [[ $word == *.toml && -f $word ]]; "
      "then\n      glia config \"$word\" --keys 2>/dev/null\n      return\n    fi\n  "
      "done\n}}\n_glia_words() {{\n  local words=\"\"\n  case \"$1\" in\n{}  esac\n  echo "
      "\"$words\"\n}}\ncomplete -o filenames -F _glia glia\n",
      with_settings, cases);
}

std::string zsh(const CLI::App& root) {
  return "#compdef glia\n# zsh completion of glia: put it into a folder of $fpath as _glia\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash(root);
}

std::string fish_quoted(std::string text) {
  for (auto& c : text) {
    if (c == '\'' || c == '\n') c = ' ';
  }
  return '\'' + text + '\'';
}

std::string fish(const CLI::App& root) {
  std::string text =
      "# fish completion of glia: put it into ~/.config/fish/completions/glia.fish\n"
      "function __glia_keys\n"
      "  for word in (commandline -opc)\n"
      "    if string match -q '*.toml' -- $word; and test -f $word\n"
      "      glia config $word --keys 2>/dev/null\n"
      "      return\n"
      "    end\n"
      "  end\n"
      "end\n";
  each_command(root, "", [&](const CLI::App& app, const std::string& path) {
    std::string condition = "__fish_use_subcommand";
    if (!path.empty()) {
      condition.clear();
      for (std::size_t from = 0; from != std::string::npos;) {
        const auto end = path.find(' ', from);
        condition += (condition.empty() ? "" : "; and ") +
                     std::string("__fish_seen_subcommand_from ") +
                     path.substr(from, end == std::string::npos ? end : end - from);
        from = end == std::string::npos ? end : end + 1;
      }
    }
    const std::string start = "complete -c glia -n " + fish_quoted(condition);
    for (const auto* sub :
         app.get_subcommands([](const CLI::App* c) { return !c->get_group().empty(); })) {
      text += fmt::format("{} -a {} -d {}\n", start, sub->get_name(),
                          fish_quoted(sub->get_description()));
    }
    for (const auto* option : app.get_options()) {
      std::string names;
      for (const auto& name : option->get_lnames()) names += " -l " + name;
      for (const auto& name : option->get_snames()) names += " -s " + name;
      if (!names.empty())
        text += fmt::format("{}{} -d {}\n", start, names, fish_quoted(option->get_description()));
    }
    if (names_plugin(path)) text += start + " -a '(glia plugin list --ids 2>/dev/null)'\n";
    if (takes_settings(app)) text += start + " -a '(__glia_keys)'\n";
  });
  return text;
}

/// Text that troff takes as it is.
std::string troff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '-') out += '\\';
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
    out += c;
  }
  return out;
}

std::string manual(const CLI::App& root) {
  std::string text = fmt::format(
      ".TH GLIA 1 \"\" \"glia {}\" \"User Commands\"\n.SH NAME\nglia \\- a workbench for "
      "artificial astrocyte networks\n.SH SYNOPSIS\n.B glia\n.I COMMAND\n[options]\n.SH COMMANDS\n",
      build_info().version);
  each_command(root, "", [&](const CLI::App& app, const std::string& path) {
    if (path.empty()) return;
    text += ".SS glia " + troff(path);
    for (const auto* option : app.get_options()) {
      if (option->get_positional()) text += " " + troff(option->get_name(true));
    }
    text += '\n' + troff(app.get_description()) + '\n';
    for (const auto* option : app.get_options()) {
      if (option->get_name() == "--help" || option->get_name() == "-h,--help") continue;
      text += fmt::format(
          ".TP\n.B {}\n{}\n",
          troff(option->get_positional() ? option->get_name(true) : option->get_name(false, true)),
          troff(option->get_description()));
    }
  });
  text += ".SH OPTIONS\n";
  for (const auto* option : root.get_options()) {
    text += fmt::format(".TP\n.B {}\n{}\n", troff(option->get_name(false, true)),
                        troff(option->get_description()));
  }
  text += ".SH ENVIRONMENT\n";
  for (const auto& variable : all_variables) {
    text += std::string(".TP\n.B ") + variable.name + '\n' + troff(variable.doc) + '\n';
  }
  text += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_code_texts) {
    text += std::string(".TP\n.B ") + code + '\n' + troff(meaning) + '\n';
  }
  return text;
}

}  // namespace

void add_completion(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("completion", "Print a script that completes glia's commands");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
  command->callback([&app, &session, shell] {
    session.action = [&app, shell]() -> int {
      const auto text = *shell == "bash"  ? bash(app)
                        : *shell == "zsh" ? zsh(app)
                        : *shell == "man" ? manual(app)
                                          : fish(app);
      put(text);
      return ok;
    };
  });
}

}  // namespace glia::cli
