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
const std::string npy = GLIA_BINARY_DIR "/lib/glia/plugins/npy.so";
const std::string only_twenty = GLIA_BINARY_DIR "/tests/kit/only_twenty.so";
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
  const auto outcome = check({hangs, "--only", "locality-stencil", "--timeout", "1", "--json"},
                             {{"GLIA_TEST_TRACE", trace}});
  CHECK(outcome.code == 1);
  const auto report = nlohmann::json::parse(outcome.out);
  std::string status, detail;
  for (const auto& c : report.at("checks")) {
    if (c.at("id") == "locality-stencil") status = c.at("status"), detail = c.at("detail");
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

TEST_CASE("a layer is looked at in the widths that it takes") {
  const auto outcome = check({only_twenty});
  INFO(outcome.out + outcome.err);
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.out, "locality-stencil  wave_layer/only_twenty"));
  CHECK(contains(outcome.out, "names the taps of cell 1 twice"));
  CHECK(check({only_twenty, "twice=false"}).code == 0);
}

TEST_CASE("a check that could not look says so") {
  const auto outcome = check({only_twenty, "width=5000", "--only", "locality"});
  INFO(outcome.out + outcome.err);
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "unseen    locality-stencil"));
  CHECK(contains(outcome.out, "could not look"));
  CHECK(check({only_twenty, "width=5000", "--only", "locality", "--strict"}).code == 1);
}

TEST_CASE("a plugin is checked with the values that it is given") {
  const auto wrong = check({only_twenty, "wdth=5"});
  CHECK(wrong.code == 2);
  CHECK(contains(wrong.err, "nothing in this library has a parameter 'wdth'"));
  CHECK(contains(wrong.err, "did you mean 'width'?"));
  const auto low = check({only_twenty, "width=0"});
  CHECK(low.code == 2);
  CHECK(contains(low.err, "width must be at least 1, not 0"));

  TempFolder folder;
  // Three samples of two numbers each, and their labels, as NumPy writes them.
  const auto write = [&](const char* name, const std::string& type, const std::string& shape,
                         const std::string& bytes) {
    std::string header =
        "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
    header.resize(128 - 10 - 1, ' ');
    header += '\n';
    std::ofstream(folder / name, std::ios::binary)
        << std::string("\x93NUMPY\x01\x00\x76\x00", 10) << header << bytes;
    return name + ("=" + (folder / name).string());
  };
  const std::string inputs(6, '\x01'), labels("\x00\x01\x00", 3);
  const auto outcome = check({npy, write("train_inputs", "|u1", "(3, 2)", inputs),
                              write("train_targets", "|u1", "(3,)", labels),
                              write("test_inputs", "|u1", "(3, 2)", inputs),
                              write("test_targets", "|u1", "(3,)", labels)});
  INFO(outcome.out + outcome.err);
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, " checks passed"));
}
