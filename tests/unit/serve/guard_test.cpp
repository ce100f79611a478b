// SPDX-License-Identifier: MIT
// Who may ask the live page, and for what.
#include "serve/guard.hpp"

#include "catch.hpp"
#include "serve/http.hpp"
#include "serve/paced.hpp"

#include <set>
#include <string>

using namespace glia::serve;

TEST_CASE("Tokens are by chance, and only the same one is the same") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random_token());
  CHECK(seen.size() == 100);
  const std::string token = *seen.begin();
  CHECK(token.size() == 48);
  CHECK(token_problem(token).empty());
  CHECK(same_token(token, token));
  for (const auto& other : {std::string(), token + token, token.substr(1), token + "0",
                            std::string(48, '0'), std::string(1, '\1')}) {
    CHECK_FALSE(same_token(other, token));
  }
  CHECK_FALSE(same_token("", ""));
  CHECK_FALSE(same_token("\1", ""));
}

TEST_CASE("Only names and addresses of this machine are ours") {
  for (const char* host :
       {"localhost", "LocalHost:80", "127.0.0.1", "127.0.0.1:65535", "[::1]:1"}) {
    CHECK(host_is_ours(host, "127.0.0.1"));
  }
  for (const char* host :
       {"", ":", ":80", "[", "[]", "[::1", "localhost:", "localhost:80x", "localhost.evil",
        "evil:80", "127.0.0.1.evil", "10.0.0.7", "localhost:1234567", "a@localhost"}) {
    CHECK_FALSE(host_is_ours(host, "127.0.0.1"));
  }
  CHECK(host_is_ours("box.lan:8080", "Box.lan"));
  CHECK_FALSE(host_is_ours("other.lan", "box.lan"));
  for (const char* all : {"0.0.0.0", "::"}) {  // an address cannot be made to lead here
    CHECK(host_is_ours("10.0.0.7:80", all));
    CHECK(host_is_ours("[fe80::1]:80", all));
    CHECK_FALSE(host_is_ours("evil.example", all));
  }
  CHECK(is_loopback("127.9.9.9"));
  CHECK_FALSE(is_loopback("127.evil.example"));
  CHECK_FALSE(is_loopback("0.0.0.0"));
}

TEST_CASE("What is asked for is decoded once") {
  Request request;
  read_target("/a%2Fb+c?name=x%20y+z&token=1&name=other&empty&=nameless&bad=%zz&end=%4", request);
  CHECK(request.path == "/a/b+c");
  CHECK(request.value("name") == "x y z");
  CHECK(request.value("token") == "1");
  CHECK(request.value("empty").empty());
  CHECK(request.query.count("bad") == 0);
  CHECK(request.query.count("end") == 0);
  for (const char* path : {"/%", "/%0", "/%00", "/%G0"}) {
    Request broken;
    read_target(path, broken);
    CHECK(broken.path.empty());
  }
  Request twice;
  read_target("/%252e", twice);
  CHECK(twice.path == "/%2e");
  CHECK(url_encoded("a b/ü&") == "a%20b%2F%C3%BC%26");
}

TEST_CASE("What was worked out is kept until its files change, and not worked out too often") {
  Paced<int> paced(2);
  int made = 0;
  const auto get = [&](const std::string& name, const std::string& stamp) {
    return paced.get(name, stamp, [&] { return ++made; });
  };
  CHECK(*get("a", "1").value == 1);
  CHECK(*get("a", "1").value == 1);
  const auto soon = get("a", "2");
  CHECK(*soon.value == 1);  // older, and told so
  CHECK(soon.stale_seconds > 0);
  CHECK(soon.stale_seconds < 2);
  CHECK(*get("b", "1").value == 2);
  CHECK(*get("c", "1").value == 3);  // the oldest goes
  CHECK(*get("a", "2").value == 4);
  CHECK_THROWS(paced.get("d", "1", []() -> int { throw 1; }));
  CHECK(*get("a", "2").value == 4);
}
