// SPDX-License-Identifier: MIT
#include "report/figures.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>

namespace fs = std::filesystem;
using namespace glia::report;
namespace results = glia::results;
using Catch::Matchers::Contains;

namespace {

results::Results with_heads(const std::vector<std::string>& names, int epochs) {
  results::Results results;
  for (const auto& name : names) {
    results::HeadResult& head = results.heads[name];
    const double best = 1 - 0.05 * static_cast<double>(results.heads.size());
    for (int e = 1; e <= epochs; ++e) {
      const double gap = std::exp(-e / 5.0);
      head.curve.push_back({e, 0.1 + 2 * gap, best - gap / 2, 0.12 + 2 * gap, 0});
      head.test_accuracy = head.curve.back().test_accuracy;
    }
    head.chance = 0.1;
  }
  return results;
}

/// Every text of an SVG file as an XML parser sees it, a line each; "" if it is not XML.
std::string texts_of(const fs::path& svg) {
  const fs::path out = svg.string() + ".txt";
  const std::string program =
      "import sys, xml.etree.ElementTree as e\n"
      "root = e.parse(sys.argv[1]).getroot()\n"
      "assert root.tag.endswith('svg')\n"
      "texts = (''.join(t.itertext()).strip() for t in root.iter() if t.tag.endswith('}text'))\n"
      "open(sys.argv[2], 'w', encoding='utf-8').write('\\n'.join(texts) + '\\n')\n";
  std::ofstream(svg.string() + ".py") << program;
  const std::string command =
      std::string(GLIA_PYTHON) + ' ' + svg.string() + ".py " + svg.string() + ' ' + out.string();
  return std::system(command.c_str()) == 0 ? glia::read_file(out) : "";
}

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
  }
  return value;
}

/// Makes programs be looked for in `folder` alone, for a while.
struct OnlyPath {
  std::string before = std::getenv("PATH");
  explicit OnlyPath(const fs::path& folder) { ::setenv("PATH", folder.c_str(), 1); }
  ~OnlyPath() { ::setenv("PATH", before.c_str(), 1); }
};

glia::Error failure(const fs::path& folder) {
  try {
    draw_figures(with_heads({"a"}, 2), folder, "t");
  } catch (const glia::Error& e) {
    return e;
  }
  return {glia::ErrorCode::internal, "nothing"};
}

}  // namespace

TEST_CASE("figures are drawn for few and many heads and epochs") {
  const std::vector<std::string> all{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
  for (const int heads : {1, 2, 8, 10}) {
    for (const int epochs : {0, 1, 150}) {
      INFO(heads << " heads, " << epochs << " epochs");
      const TempFolder folder;
      auto results = with_heads({all.begin(), all.begin() + heads}, epochs);
      results.heads["a"].collapsed = heads > 1;
      draw_figures(results, folder.path(), "A title");
      const auto png = glia::read_file(folder / "figures/figure.png");
      REQUIRE(png.substr(0, 8) == "\x89PNG\r\n\x1A\n");
      CHECK(big_endian(png, 16) == 1800);
      CHECK(big_endian(png, 20) == 720);
      CHECK(png.size() > 20000);
      const auto texts = texts_of(folder / "figures/figure.svg");
      CHECK_THAT(texts, Contains("A title\n") && Contains("\nclassifier epoch\n") &&
                            Contains("\ntest accuracy (%)\n") && Contains("\nchance\n"));
      CHECK((texts.find("collapsed") != std::string::npos) == (heads > 1));
    }
  }
}

TEST_CASE("the numbers drawn are left as CSV") {
  const TempFolder folder;
  results::Results results;
  results.heads["a,b"].curve = {{1, 2, 0.25, 3, 0}, {2, 1, 0.5, NAN, 0}};
  results.heads["c"].curve = {{1, 2, 0.75, 3, 0}};
  draw_figures(results, folder.path(), "");
  CHECK(glia::read_file(folder / "figures/curves.csv") ==
        "series,epoch,test_accuracy,train_loss,test_loss,head\n"
        "1,1,0.25,2,3,\"a,b\"\n"
        "1,2,0.5,1,,\"a,b\"\n"
        "2,1,0.75,2,3,c\n");
}

TEST_CASE("names and titles are drawn as they stand and never run") {
  const TempFolder folder;
  const std::vector<std::string> names{"\"; system(\"touch x\")",
                                       "'.system('touch x').'",
                                       "`touch x`",
                                       "a_b^c{d}@",
                                       "</text><b>&amp;&#65;",
                                       "%s %d",
                                       "} exit",
                                       "tail \\"};
  const std::string title = "'; system('touch x'); # `touch x` a_b^c{d}@ \\";
  auto results = with_heads(names, 3);
  results.status = "interrupted";
  draw_figures(results, folder.path(), title);
  const auto texts = texts_of(folder / "figures/figure.svg");
  CHECK_THAT(texts, Contains(title + " (interrupted)\n"));
  for (const auto& name : names) CHECK_THAT(texts, Contains('\n' + name + '\n'));
  for (const auto& file : fs::recursive_directory_iterator(folder.path())) {
    CHECK(file.path().filename() != "x");
  }
  // A line break would end the string in the script.
  draw_figures(with_heads({"a\nsystem('touch x')"}, 1), folder.path(), "t\r\nsystem 'touch x'\n");
  CHECK_FALSE(fs::exists(folder / "figures/x"));
  CHECK_THAT(texts_of(folder / "figures/figure.svg"), Contains("a system('touch x')\n"));
}

TEST_CASE("without heads nothing is drawn") {
  const TempFolder folder;
  draw_figures({}, folder.path(), "t");
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a missing or failing gnuplot is an error that says what to do") {
  const TempFolder folder;
  const OnlyPath only(folder.path());
  auto error = failure(folder.path());
  CHECK(error.code() == glia::ErrorCode::io);
  CHECK(error.message() == "cannot draw the figures: gnuplot was not found");
  CHECK_THAT(error.hint(), Contains("install gnuplot-nox"));
  CHECK(fs::exists(folder / "figures/figure.gp"));

  std::ofstream(folder / "gnuplot") << "#!/bin/sh\necho 'no fonts'; exit 3\n";
  fs::permissions(folder / "gnuplot", fs::perms::owner_all);
  error = failure(folder.path());
  CHECK_THAT(error.message(), Contains("ended with status 3: no fonts"));
  CHECK_THAT(error.hint(), Contains("gnuplot figure.gp"));

  std::ofstream(folder / "gnuplot") << "#!/bin/sh\nexit 0\n";  // draws nothing
  CHECK_THAT(failure(folder.path()).message(), Contains("ended with status 0"));
  std::ofstream(folder / "file") << "x";
  CHECK_THAT(failure(folder / "file").message(), Contains("cannot make"));
}
