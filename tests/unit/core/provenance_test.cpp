// SPDX-License-Identifier: MIT
#include "core/provenance.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "core/provenance_file.hpp"
#include "temp_folder.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>

TEST_CASE("provenance tells build, libraries, machine, start and command") {
  ::setenv("OMP_NUM_THREADS", "3", 1);
  const auto start = std::chrono::system_clock::from_time_t(951782400);
  const auto p = glia::provenance({"glia", "run", "a b.toml"}, start, {{"zlib", "1.2"}});
  ::unsetenv("OMP_NUM_THREADS");
  CHECK(p["glia"]["version"] == "0.1.0");
  CHECK(p["glia"]["compiler"].get<std::string>().find(' ') != std::string::npos);
  const auto& commit = p["glia"]["commit"];
  if (commit.is_null()) {  // built from an archive
    CHECK(p["glia"]["dirty"].is_null());
  } else {
    CHECK(commit.get<std::string>().find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(commit.get<std::string>().size() == 40);
    CHECK(p["glia"]["dirty"].is_boolean());
  }
  CHECK(p["libraries"]["LibTorch"].get<std::string>().find('.') != std::string::npos);
  CHECK(p["libraries"]["oneTBB"].get<std::string>().starts_with("20"));
  CHECK(p["libraries"]["zlib"] == "1.2");
  CHECK(p["machine"]["cores"] >= 1);
  CHECK(p["machine"]["kernel"].get<std::string>().starts_with("Linux "));
  CHECK(p["environment"]["OMP_NUM_THREADS"] == "3");
  CHECK(p["started"] == "2000-02-29T00:00:00Z");
  CHECK(p["command"] == nlohmann::json({"glia", "run", "a b.toml"}));
}

TEST_CASE("a command line that is not UTF-8 can still be written") {
  const auto p = glia::provenance({"glia", "\xFF.toml"});
  CHECK(p["environment"]["OMP_NUM_THREADS"].is_null());
  CHECK(p.dump().find("\xEF\xBF\xBD.toml") != std::string::npos);
}

TEST_CASE("provenance of other kinds of values than glia writes is damaged") {
  const TempFolder folder;
  const auto file = folder / "provenance.json";
  for (const char* text : {R"({"mark":5})", R"({"resumed":{}})", "[]"}) {
    glia::write_file(file, text);
    CHECK_THROWS_WITH(glia::read_provenance(file), Catch::Matchers::Contains("is damaged: "));
  }
  glia::write_file(file, R"({"mark":"m","resumed":[{}]})");
  CHECK(glia::read_provenance(file).at("mark") == "m");
}
