// SPDX-License-Identifier: MIT
#include "report/reproduction.hpp"

#include "catch.hpp"
#include "study_files.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

namespace fs = std::filesystem;
using namespace glia::report;
using Catch::Matchers::Contains;

namespace {

const fs::path real_file = fs::path(GLIA_SOURCE_DIR) / "pipelines/published/published.json";

std::string complaint(const Published& published, const std::vector<std::string>& arguments,
                      const fs::path& page) {
  try {
    write_reproduction(published, match_folders(published, arguments), page, "glia report");
  } catch (const glia::Error& e) {
    return e.what();
  }
  return "nothing";
}

bool has_line(const std::string& text, const std::string& part, const std::string& other) {
  const auto at = text.find(part);
  return at != std::string::npos &&
         text.substr(at, text.find('\n', at) - at).find(other) != std::string::npos;
}

}  // namespace

TEST_CASE("the published values are those of the talk and its logs") {
  const Published published = read_published(real_file);
  CHECK(published.experiments.size() == 9);
  const auto& pretrained = published.experiments[1];
  CHECK(pretrained.id == "digits_pretrained");
  CHECK(pretrained.series[0].values[0].runs.size() == 20);
  CHECK(pretrained.series[0].values[0].median == Approx(0.81975));
  CHECK(pretrained.series[1].values[0].median == Approx(0.94465));
  CHECK(published.experiments[0].series[0].values[0].median == Approx(0.83615));
  CHECK(published.experiments[2].series[0].values[0].median == Approx(0.67875));
  CHECK(published.experiments[4].series[0].values.size() == 8);
}

TEST_CASE("a page of experiments repeated, with a figure each") {
  const TempFolder folder;
  MadeSweep digits;
  digits.seeds = 20;
  digits.collapse_every = 6;
  make_sweep(folder / "digits_pretrained-003", digits);
  MadeSweep leak;
  leak.seeds = 20;
  leak.axes = {{"network.m.pattern.leak.sigma", {0.0, 0.1, 0.6}}};
  make_sweep(folder / "other", leak);
  make_sweep(folder / "digits_gaussian_projection", {});
  make_sweep(folder / "xor", {});
  const Published published = read_published(real_file);
  const auto folders = match_folders(
      published,
      {(folder / "digits_pretrained-003").string(), "leak=" + (folder / "other").string(),
       (folder / "digits_gaussian_projection").string(), (folder / "xor").string()});
  const auto written =
      write_reproduction(published, folders, folder / "out/RESULTS.md", "glia report");
  CHECK(written.size() == 13);
  for (const auto& file : written) CHECK(fs::file_size(file) > 0);
  CHECK(glia::read_file(folder / "out/figures/leak.png").substr(1, 3) == "PNG");
  const auto page = glia::read_file(folder / "out/RESULTS.md");
  CHECK(has_line(page, "| astrocytes | 20 |", "3 | 0 | 20 | 81.97 | 71.38 | 3 |"));
  CHECK(has_line(page, "| astrocytes | 20 |", "Mann-Whitney U test, exact: p = "));
  CHECK(has_line(page, "| astrocytes | 20 |", "Fisher's exact test: p = 1.000"));
  CHECK(has_line(page, "| neurons | 20 |", "| **no** (bootstrap prediction of the median of 20"));
  CHECK(has_line(page, "| astrocytes | 0 | 20 |", "another experiment, see below"));
  CHECK(has_line(page, "| astrocytes | 0.1 | 20 |", "| yes ("));
  CHECK(has_line(page, "| astrocytes | 0.6 | 20 |", "| **no** ("));
  CHECK(has_line(page, "| astrocytes | 0.3 | 0 |", "| 80.60"));
  CHECK_THAT(page, Contains("4 epochs (published: 150)") && Contains("- Fashion-MNIST\n") &&
                       Contains("![Digits, pretrained VAE](figures/digits_pretrained.png)"));
  const auto figure = [&](const std::string& id) {
    return glia::read_file(folder / ("out/figures/" + id + ".svg"));
  };
  CHECK_THAT(figure("digits_pretrained"),
             Contains(">published<") && Contains(">test accuracy (%)<"));
  CHECK_THAT(figure("digits_gaussian_projection"), !Contains("published"));  // nothing was
  CHECK_THAT(figure("xor"), Contains(">published<") && Contains(">score (%)<"));
  const auto csv = glia::read_file(folder / "out/figures/digits_pretrained.csv");
  CHECK_THAT(csv, Contains("digits_pretrained,astrocytes,,published,run,,0.1135,true\n") &&
                      Contains("digits_pretrained,neurons,,published,median,,0.94465,\n") &&
                      Contains("digits_pretrained,astrocytes,,here,run,6,0.1135,true\n"));
}

TEST_CASE("where only a mean was published, means are compared") {
  const TempFolder folder;
  MadeSweep noise;
  noise.seeds = 20;
  noise.heads = {"astrocytes"};
  noise.shift = -0.02;  // 0.78 to 0.80: 0.787 was published at 0.01, 0.763 at 0.05
  noise.axes = {{"network.m.pattern.noise.sigma", {0.01, 0.05}}};
  make_sweep(folder / "noise", noise);
  const Published published = read_published(real_file);
  write_reproduction(published, match_folders(published, {(folder / "noise").string()}),
                     folder / "RESULTS.md", "glia report");
  const auto page = glia::read_file(folder / "RESULTS.md");
  CHECK(has_line(page, "| astrocytes | 0.01 | 20 |", "| 20 |  | 78.70 \xC2\xB1 0.50 |"));
  CHECK(has_line(page, "| astrocytes | 0.01 | 20 |",
                 "| yes (bootstrap prediction of the mean of 20 runs: "));
  CHECK(has_line(page, "| astrocytes | 0.05 | 20 |", "| **no** (bootstrap prediction of the mean"));
  CHECK(has_line(page, "- Noise between the rows, astrocytes at sigma 0.05, means: ",
                 "here, 76.30 published"));
  CHECK_THAT(glia::read_file(folder / "figures/noise.svg"),
             Contains("astrocytes, published at 0.05: median 76.30 %") ||
                 Contains("astrocytes, published at 0.05: mean 76.30 %"));
}

TEST_CASE("folders and files that do not fit are refused with what to do") {
  const TempFolder folder;
  make_sweep(folder / "leak-1", {});
  MadeSweep two;
  two.heads = {"astrocytes_a", "astrocytes_b"};
  make_sweep(folder / "xor", two);
  make_sweep(folder / "mine", {});
  const Published published = read_published(real_file);
  const auto page = folder / "RESULTS.md";
  CHECK_THAT(complaint(published, {(folder / "mine").string()}, page),
             Contains("cannot be told from its name") && Contains("write ID="));
  CHECK_THAT(complaint(published, {"lek=" + (folder / "mine").string()}, page),
             Contains("no published experiment 'lek'") && Contains("did you mean 'leak'?"));
  CHECK_THAT(complaint(published, {(folder / "leak-1").string()}, page),
             Contains("does not vary 'sigma'"));
  CHECK_THAT(complaint(published, {(folder / "xor").string()}, page),
             Contains("heads 'astrocytes_a' and 'astrocytes_b' all contain 'astrocytes'"));
  const auto leak = (folder / "leak-1").string();
  CHECK_THAT(complaint(published, {leak, "leak=" + leak}, page), Contains("two folders are given"));
  glia::write_file(folder / "p.json", "{\"source\": \"x\"}");
  CHECK_THROWS_WITH(read_published(folder / "p.json"), Contains("p.json: \"format\" is not"));
  glia::write_file(folder / "p.json",
                   "{\"format\": \"glia-published/1\", \"source\": \"x\", \"experiments\": [{}]}");
  CHECK_THROWS_WITH(read_published(folder / "p.json"), Contains("experiments[0] has no \"id\""));
}

TEST_CASE("published ids that are no file names are refused") {
  const TempFolder folder;
  for (const std::string id : {"../../outside", "/tmp/x", "a/b", "", ".", "a b", "a\\u0000"}) {
    const auto file = folder / "published.json";
    glia::write_file(
        file, R"({"format": "glia-published/1", "source": "s", "experiments": [{"id": ")" + id +
                  R"(", "title": "t", "series": []}]})");
    CHECK_THROWS_WITH(read_published(file),
                      Catch::Matchers::Contains("experiments[0].id should be a name of"));
  }
}
