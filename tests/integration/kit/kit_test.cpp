// SPDX-License-Identifier: MIT
// glia plugin check as its user meets it. What each check finds is the business of
// tests/conformance.
#include "catch.hpp"
#include "run_command.hpp"
#include "temp_folder.hpp"

#include <nlohmann/json.hpp>

#include <signal.h>

#include <thread>

namespace {

const std::string slide = GLIA_BINARY_DIR "/lib/glia/plugins/slide.so";
const std::string hangs = GLIA_BINARY_DIR "/tests/kit/hangs.so";

Outcome check(std::vector<std::string> arguments, std::map<std::string, std::string> env = {}) {
  arguments.insert(arguments.begin(), {GLIA_BINARY_DIR "/bin/glia", "plugin", "check"});
  env.emplace("GLIA_PLUGIN_PATH", "");
  return run_command(arguments, env);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a good plugin passes, by file and by name") {
  for (const auto& name : {slide, std::string("wave/slide"), std::string("slide")}) {
    const auto outcome = check({name, "--only", "schema"});
    INFO(outcome.out + outcome.err);
    CHECK(outcome.code == 0);
    CHECK(contains(outcome.out, "checking " + slide));
    CHECK(contains(outcome.out, " checks passed (seed 1)"));
  }
}

TEST_CASE("a check that hangs is killed with all that it started") {
  TempFolder folder;
  const auto trace = (folder / "trace").string();
  const auto outcome = check({hangs, "--only", "numeric-shape", "--timeout", "1", "--json"},
                             {{"GLIA_TEST_TRACE", trace}});
  CHECK(outcome.code == 1);
  const auto report = nlohmann::json::parse(outcome.out);
  std::string status, detail;
  for (const auto& c : report.at("checks")) {
    if (c.at("id") == "numeric-shape") status = c.at("status"), detail = c.at("detail");
  }
  CHECK(status == "timed_out");
  CHECK(contains(detail, "killed after 1"));
  pid_t grandchild = 0;
  std::ifstream(trace) >> grandchild;
  REQUIRE(grandchild > 1);
  bool gone = false;
  for (int i = 0; i < 200 && !gone; ++i) {  // until somebody has reaped it
    std::ifstream stat("/proc/" + std::to_string(grandchild) + "/stat");
    std::string text;
    std::getline(stat, text);
    gone = text.empty() || contains(text, ") Z ");
    if (!gone) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(gone);
}

TEST_CASE("the report as JSON and JUnit, and the seed") {
  TempFolder folder;
  const auto file = (folder / "report.xml").string();
  const auto outcome =
      check({slide, "--only", "numeric", "--only", "gradient-parameters", "--seed", "77", "--json",
             "--junit", file, "--skip", "numeric-strides=a <strided> row never comes"});
  CHECK(outcome.code == 0);
  const auto report = nlohmann::json::parse(outcome.out);
  CHECK(report.at("seed") == 77);
  CHECK(report.at("ok") == true);
  CHECK(report.at("counts").at("skipped") == 1);
  CHECK(report.at("counts").at("passed") >= 11);
  std::ifstream stream(file);
  const std::string xml{std::istreambuf_iterator<char>(stream), {}};
  CHECK(contains(xml, "<testsuite name=\"wave_layer/slide\""));
  CHECK(contains(xml, "<testcase classname=\"numeric\" name=\"numeric-shape\""));
  CHECK(contains(xml, "<skipped message=\"a &lt;strided&gt; row never comes\"/>"));
}

TEST_CASE("mistakes on the command line are told in words") {
  CHECK(contains(check({slide, "--only", "numeric-shap"}).err, "did you mean 'numeric-shape'?"));
  CHECK(contains(check({slide, "--skip", "numeric-shape"}).err, "gives no reason"));
  CHECK(contains(check({slide, "--plugin", "head/slide"}).err, "does not offer head/slide"));
  CHECK(contains(check({"/nowhere.so"}).err, "there is no file /nowhere.so"));
  CHECK(contains(check({"glide"}).err, "did you mean 'slide'?"));
  CHECK(contains(check({}).err, "which plugin?"));
  CHECK(check({slide, "--only", "nothing"}).code == 2);
}

TEST_CASE("the list says why each check matters") {
  const auto outcome = check({"--list"});
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "locality-jacobian  (error; wave layer)\n    A cell that hears"));
}
