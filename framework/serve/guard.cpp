// SPDX-License-Identifier: MIT
#include "serve/guard.hpp"

#include "core/process.hpp"

#include <glia/sdk/error.hpp>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace glia::serve {
namespace {

constexpr std::size_t least_token = 32, token_bytes = 24;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// "[::1]:80" and "localhost:80" without the port; "" for what is neither.
std::string without_port(const std::string& host) {
  const bool bracket = host.starts_with('[');
  const auto end = bracket ? host.find(']') : host.find(':');
  if (bracket && end == std::string::npos) return {};
  const std::string name = bracket ? host.substr(1, end - 1) : host.substr(0, end);
  const std::string rest = end == std::string::npos ? "" : host.substr(bracket ? end + 1 : end);
  const bool port = rest.empty() || (rest.size() > 1 && rest.size() < 7 && rest[0] == ':' &&
                                     std::all_of(rest.begin() + 1, rest.end(),
                                                 [](char c) { return c >= '0' && c <= '9'; }));
  return port ? lower(name) : std::string();
}

bool is_address(const std::string& name) {
  std::array<unsigned char, 16> ignored{};
  return ::inet_pton(AF_INET, name.c_str(), ignored.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), ignored.data()) == 1;
}

}  // namespace

std::string random_token() {
  std::array<unsigned char, token_bytes> bytes{};
  for (std::size_t have = 0; have < bytes.size();) {
    const ssize_t more = ::getrandom(bytes.data() + have, bytes.size() - have, 0);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) {
      throw Error(ErrorCode::io,
                  fmt::format("the system gives no random numbers: {}", std::strerror(errno)));
    }
    have += static_cast<std::size_t>(more);
  }
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string token_problem(const std::string& token) {
  if (token.size() < least_token) {
    return fmt::format("has {} characters; it has to have {}", token.size(), least_token);
  }
  return std::all_of(token.begin(), token.end(), is_word)
             ? ""
             : "has characters other than letters, digits, '-' and '_'";
}

bool same_token(const std::string& given, const std::string& token) {
  unsigned differs = given.size() == token.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    differs |= static_cast<unsigned char>(given[i]) ^
               static_cast<unsigned char>(token.empty() ? 1 : token[i % token.size()]);
  }
  return !token.empty() && differs == 0;
}

bool host_is_ours(const std::string& host_header, const std::string& listens_on) {
  const std::string name = without_port(host_header);
  if (name.empty()) return false;
  if (name == "localhost" || name == "127.0.0.1" || name == "::1") return true;
  if (listens_on == "0.0.0.0" || listens_on == "::") {
    return is_address(name) || (name != "?" && name == lower(host_name()));
  }
  return name == lower(listens_on);
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && is_address(host));
}

std::string authority(const std::string& host, unsigned port) {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

std::string url_encoded(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (is_word(c) || c == '.') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace glia::serve
