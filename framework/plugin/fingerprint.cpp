// SPDX-License-Identifier: MIT
#include "plugin/fingerprint.hpp"

#include <glia/sdk/fingerprint.hpp>

#include <algorithm>
#include <regex>

namespace glia::plugin {
namespace {

struct Row {
  const char* field;
  std::string Fingerprint::*value;
};

constexpr Row rows[] = {{"SDK major", &Fingerprint::sdk_major},
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
  static const std::regex form(
      "glia_abi__(\\d+)__torch_(\\d+)_(\\d+)_(\\d+)__cxx11_([01])__([a-z0-9]+)__debug_([01])");
  std::smatch part;
  const std::string text(symbol);
  if (!std::regex_match(text, part, form)) return std::nullopt;
  return Fingerprint{part[1].str(), part[2].str() + '.' + part[3].str() + '.' + part[4].str(),
                     yes_or_no(part[5].str()), part[6].str(), yes_or_no(part[7].str())};
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
    text += std::string(row.field) + ' ' + plugin.*row.value + " instead of " + host.*row.value;
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
  std::string text = padded("field", field_width) + padded("host", host_width) + "plugin";
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
  add(host.sdk_major != plugin.sdk_major, "against SDK " + host.sdk_major);
  add(host.torch != plugin.torch,
      "against LibTorch " + host.torch + " (-DCMAKE_PREFIX_PATH points CMake to another LibTorch)");
  add(host.cxx11_abi != plugin.cxx11_abi,
      std::string("with -D_GLIBCXX_USE_CXX11_ABI=") + (host.cxx11_abi == "yes" ? '1' : '0'));
  add(host.compiler != plugin.compiler, host.compiler == "clang" ? "with Clang" : "with GCC");
  add(host.debug_containers != plugin.debug_containers,
      host.debug_containers == "yes" ? "with -D_GLIBCXX_DEBUG" : "without -D_GLIBCXX_DEBUG");
  return how.empty() ? "" : "rebuild the plugin " + how;
}

}  // namespace glia::plugin
