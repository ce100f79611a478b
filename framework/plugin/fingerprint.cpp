// SPDX-License-Identifier: MIT
#include "plugin/fingerprint.hpp"

#include <glia/sdk/fingerprint.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace glia::plugin {
namespace {

struct Row {
  const char* field;
  std::string Fingerprint::*value;
};

constexpr Row rows[] = {{"SDK", &Fingerprint::sdk},
                        {"LibTorch", &Fingerprint::torch},
                        {"C++11 ABI", &Fingerprint::cxx11_abi},
                        {"compiler family", &Fingerprint::compiler},
                        {"debug containers", &Fingerprint::debug_containers}};

std::string yes_or_no(const std::string& digit) { return digit == "0" ? "no" : "yes"; }

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text + "  ";
}

}  // namespace

std::optional<Fingerprint> parse_fingerprint(std::string_view symbol) {
  // By hand: std::regex calls itself once per character, and the symbol is whatever a file holds.
  constexpr std::string_view digits = "0123456789", word = "abcdefghijklmnopqrstuvwxyz0123456789";
  const auto literal = [&](std::string_view text) {
    if (!symbol.starts_with(text)) return false;
    symbol.remove_prefix(text.size());
    return true;
  };
  const auto run = [&](std::string_view of, std::size_t longest) {
    const auto length = std::min(symbol.find_first_not_of(of), symbol.size());
    const std::string part(symbol.substr(0, length <= longest ? length : 0));
    symbol.remove_prefix(part.size());
    return part;
  };
  constexpr std::size_t longest = 20;
  std::string sdk, minor_sdk, major, minor, patch, cxx11, compiler, debug;
  const auto more = [&] {  // before SDK 2 the minor stood elsewhere
    return symbol.starts_with("__") ||
           (literal("_") && !(minor_sdk = '.' + run(digits, longest)).empty());
  };
  const bool whole = literal("glia_abi__") && !(sdk = run(digits, longest)).empty() && more() &&
                     literal("__torch_") && !(major = run(digits, longest)).empty() &&
                     literal("_") && !(minor = run(digits, longest)).empty() && literal("_") &&
                     !(patch = run(digits, longest)).empty() && literal("__cxx11_") &&
                     !(cxx11 = run("01", 1)).empty() && literal("__") &&
                     !(compiler = run(word, longest)).empty() && literal("__debug_") &&
                     !(debug = run("01", 1)).empty() && symbol.empty();
  if (!whole) return std::nullopt;
  return Fingerprint{sdk + minor_sdk, major + '.' + minor + '.' + patch, yes_or_no(cxx11), compiler,
                     yes_or_no(debug)};
}

const std::string& host_fingerprint_symbol() {
  static const std::string symbol = GLIA_FINGERPRINT;
  return symbol;
}

const Fingerprint& host_fingerprint() {
  static const Fingerprint host = parse_fingerprint(host_fingerprint_symbol()).value();
  return host;
}

std::string differences(const Fingerprint& host, const Fingerprint& plugin) {
  std::string text;
  for (const auto& row : rows) {
    if (host.*row.value == plugin.*row.value) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {} instead of {}", row.field, plugin.*row.value, host.*row.value);
  }
  return text;
}

std::string comparison_table(const Fingerprint& host, const Fingerprint& plugin) {
  std::size_t field_width = 0, host_width = 4, plugin_width = 6;
  for (const auto& row : rows) {
    field_width = std::max(field_width, std::string_view(row.field).size());
    host_width = std::max(host_width, (host.*row.value).size());
    plugin_width = std::max(plugin_width, (plugin.*row.value).size());
  }
  std::string text =
      fmt::format("{}{}plugin", padded("field", field_width), padded("host", host_width));
  for (const auto& row : rows) {
    text += '\n' + padded(row.field, field_width) + padded(host.*row.value, host_width);
    const bool same = host.*row.value == plugin.*row.value;
    text += same ? plugin.*row.value : padded(plugin.*row.value, plugin_width) + "<- differs";
  }
  return text;
}

std::vector<Comparison> compare(const Fingerprint& host, const Fingerprint& plugin) {
  std::vector<Comparison> all;
  for (const auto& row : rows) all.push_back({row.field, host.*row.value, plugin.*row.value});
  return all;
}

std::string remedy(const Fingerprint& host, const Fingerprint& plugin) {
  std::string how;
  const auto add = [&](bool differs, const std::string& text) {
    if (differs) how += (how.empty() ? "" : ", ") + text;
  };
  add(host.sdk != plugin.sdk, "against SDK " + host.sdk);
  add(host.torch != plugin.torch,
      fmt::format("against LibTorch {} (-DCMAKE_PREFIX_PATH points CMake to another LibTorch)",
                  host.torch));
  add(host.cxx11_abi != plugin.cxx11_abi,
      std::string("with -D_GLIBCXX_USE_CXX11_ABI=") + (host.cxx11_abi == "yes" ? '1' : '0'));
  add(host.compiler != plugin.compiler, host.compiler == "clang" ? "with Clang" : "with GCC");
  add(host.debug_containers != plugin.debug_containers,
      host.debug_containers == "yes" ? "with -D_GLIBCXX_DEBUG" : "without -D_GLIBCXX_DEBUG");
  return how.empty() ? "" : "rebuild the plugin " + how;
}

}  // namespace glia::plugin
