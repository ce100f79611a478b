// SPDX-License-Identifier: MIT
// The rows of a trained head as a picture: its numbers are read back.
#include "drawn.hpp"
#include "support.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace {

struct DrawnRow {
  std::string name;
  std::vector<double> values;
};

/// The rows of a picture, of one sample.
std::vector<DrawnRow> rows_of(const std::string& svg, const std::string& sample = "") {
  std::vector<DrawnRow> rows;
  for (auto& group : groups_of(svg, "row")) {
    if (!sample.empty() && group.at("data-sample") != sample) continue;
    rows.push_back({group.at("data-name"), numbers_in(group.at("data-values"))});
  }
  return rows;
}

/// The same out of the file of numbers.
std::vector<DrawnRow> rows_in(const std::string& csv, const std::string& sample) {
  std::vector<DrawnRow> rows;
  for (const auto& line : fields_of(csv)) {
    if (line[0] != sample) continue;
    const auto row = static_cast<std::size_t>(std::stoi(line[1]));
    if (row == rows.size()) rows.push_back({line[2], {}});
    rows.at(row).values.push_back(std::stod(line[4]));
  }
  return rows;
}

bool same_rows(const std::vector<DrawnRow>& a, const std::vector<DrawnRow>& b) {
  return !a.empty() && std::equal(a.begin(), a.end(), b.begin(), b.end(),
                                  [](const DrawnRow& x, const DrawnRow& y) {
                                    return x.name == y.name && x.values == y.values;
                                  });
}

/// But for the last bits: sums of a batch are added up in another order than those of one sample.
bool close_rows(const std::vector<DrawnRow>& a, const std::vector<DrawnRow>& b) {
  return !a.empty() &&
         std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
           return x.name == y.name &&
                  std::equal(x.values.begin(), x.values.end(), y.values.begin(), y.values.end(),
                             [](double u, double v) { return std::abs(u - v) < 1e-5; });
         });
}

Outcome wave(const Workplace& here, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"wave", "run", "--head", "astrocytes"});
  return here.glia(arguments);
}

}  // namespace

TEST_CASE("the wave of a sample holds its pixels, its rows and what predict answers") {
  const Workplace here;
  bring_run(here);
  here.write("test.idx", idx_of(test_pictures()));
  const Outcome drawn = wave(here, {"--sample", "3", "-o", "w.svg"});
  INFO(drawn.err);
  REQUIRE(drawn.code == 0);
  const std::string svg = here.read("w.svg");
  const auto rows = rows_of(svg);
  REQUIRE(rows.size() == 2 + 1 + 14);  // input, answer, the latent row, the pattern until ten cells
  CHECK(rows.front().name == "input");
  REQUIRE(rows.front().values.size() == pixels);
  const auto bytes = test_pictures();
  for (std::size_t i = 0; i < pixels; ++i) {
    const double byte = static_cast<std::uint8_t>(bytes[3 * pixels + i]);
    REQUIRE(rows.front().values[i] == Approx(byte / 255).margin(1e-6));
  }
  REQUIRE(here.glia({"predict", "run", "test.idx", "--rows", "--head", "astrocytes", "-o", "p.csv"})
              .code == 0);
  const auto lines = fields_of(here.read("p.csv"));
  const auto columns = [&](const std::string& prefix) {
    std::vector<double> values;
    for (std::size_t c = 0; c < lines[0].size(); ++c) {
      if (lines[0][c].starts_with(prefix)) values.push_back(std::stod(lines[4][c]));
    }
    return values;
  };
  const auto same = [](const std::vector<double>& a, const std::vector<double>& b) {
    return !a.empty() && std::equal(a.begin(), a.end(), b.begin(), b.end(),
                                    [](double x, double y) { return std::abs(x - y) < 1e-5; });
  };
  CHECK(rows.back().name == "answer");
  CHECK(same(rows.back().values, columns("p_")));
  CHECK(same(rows[rows.size() - 2].values, columns("cell_")));
  CHECK(svg.find("answer: " + lines[4][1]) != std::string::npos);
  // A file's sample is drawn as that of the run's own data; a class stands for its first sample.
  REQUIRE(wave(here, {"test.idx", "--sample", "3", "-o", "file.svg"}).code == 0);
  CHECK(same(rows_of(here.read("file.svg")).back().values, rows.back().values));
  REQUIRE(wave(here, {"--class", "bag", "-o", "bag.svg"}).code == 0);
  CHECK(here.read("bag.svg").find("it is: bag") + here.read("bag.svg").find("bag (right)") !=
        2 * std::string::npos);
}

TEST_CASE(
    "the wave's colours are its numbers: equal cells share a colour, the largest is deepest") {
  const Workplace here;
  bring_run(here);
  REQUIRE(wave(here, {"--sample", "0", "-o", "w.svg"}).code == 0);
  const std::string svg = here.read("w.svg");
  const auto rows = rows_of(svg);
  std::size_t at = 0;
  for (const auto& row : rows) {
    at = svg.find("data-name=\"" + row.name + '"', at);
    const std::string group = svg.substr(at, svg.find("</g>", at) - at);
    ++at;
    if (row.name == "answer") continue;
    const auto [low, high] = std::minmax_element(row.values.begin(), row.values.end());
    const bool positive = *high >= -*low;
    CHECK(group.find(positive ? "fill:#d55e00" : "fill:#0072b2") != std::string::npos);
    std::size_t cells = 0;
    for (auto m = group.find('Z'); m != std::string::npos; m = group.find('Z', m + 1)) ++cells;
    CHECK(cells == row.values.size());
  }
}

TEST_CASE("a file that stands where the numbers would come stays, and is named") {
  const Workplace here;
  bring_run(here);
  here.write("w.svg.numbers.csv", "mine\n1\n");
  const Outcome refused = wave(here, {"--sample", "3", "-o", "w.svg"});
  CHECK(refused.code == 2);
  CHECK(refused.err.find("w.svg.numbers.csv is there and is not what glia leaves there") !=
        std::string::npos);
  CHECK(here.read("w.svg.numbers.csv") == "mine\n1\n");
  CHECK(!fs::exists(here / "w.svg"));
  fs::remove(here / "w.svg.numbers.csv");
  for (int turn = 0; turn < 2; ++turn) {  // its own it draws anew
    const Outcome drawn = wave(here, {"--sample", "3", "-o", "w.svg"});
    REQUIRE(drawn.code == 0);
    CHECK(drawn.out == "w.svg\nnumbers: w.svg.numbers.csv\n");
  }
}

TEST_CASE("samples side by side carry what each carries alone, in the picture and beside it") {
  const Workplace here;
  bring_run(here);
  const Outcome drawn = wave(here, {"--sample", "3,7", "--sample", "0", "-o", "w.svg"});
  INFO(drawn.err);
  REQUIRE(drawn.code == 0);
  const std::string svg = here.read("w.svg"), csv = here.read("w.svg.numbers.csv");
  CHECK(svg.find("clothing, test split, n = 3 (samples 3, 7, 0): values of head astrocytes") !=
        std::string::npos);
  CHECK(csv.starts_with("sample,row,name,cell,value\n"));
  std::vector<std::string> order;
  for (const auto& group : groups_of(svg, "row")) {
    if (group.at("data-frame") == "0") order.push_back(group.at("data-sample"));
  }
  CHECK(order == std::vector<std::string>{"sample 3", "sample 7", "sample 0"});
  for (const std::string number : {"3", "7", "0"}) {
    REQUIRE(wave(here, {"--sample", number, "-o", "one.svg"}).code == 0);
    CHECK(close_rows(rows_of(svg, "sample " + number), rows_of(here.read("one.svg"))));
    CHECK(same_rows(rows_of(svg, "sample " + number), rows_in(csv, "sample " + number)));
  }
  // One step of the slider for a row of all samples.
  REQUIRE(wave(here, {"--sample", "3,7,0", "-o", "w.html"}).code == 0);
  const std::string page = here.read("w.html");
  CHECK(page.find("max=\"" + std::to_string(rows_of(svg, "sample 3").size() - 1) + '"') !=
        std::string::npos);
  CHECK(same_rows(rows_of(page), rows_of(svg)));
  // Classes: the first sample of each, in the order asked for.
  REQUIRE(wave(here, {"--class", "bag", "--class", "trouser", "-o", "c.svg"}).code == 0);
  const std::string labels = test_labels();
  const auto first = [&](char label) { return std::to_string(labels.find(label)); };
  CHECK(here.read("c.svg").find("(samples " + first(8) + ", " + first(1) + ")") !=
        std::string::npos);
  CHECK(here.read("c.svg").find(">sample " + first(8) + ": bag<") != std::string::npos);
}

TEST_CASE("the wave as PNG, as animation below a megabyte, and as a page") {
  const Workplace here;
  bring_run(here);
  for (const char* ending : {"png", "gif", "html"}) {
    const std::string file = std::string("w.") + ending;
    const Outcome drawn = wave(here, {"--sample", "0", "-o", file});
    INFO(drawn.err);
    REQUIRE(drawn.code == 0);
    CHECK(fs::file_size(here / file) < 1000000);
  }
  CHECK(here.read("w.png").starts_with("\x89PNG"));
  const std::string gif = here.read("w.gif"), page = here.read("w.html");
  CHECK(gif.starts_with("GIF89a"));
  CHECK(gif.find("NETSCAPE2.0") != std::string::npos);
  // The input, every row and the answer: a step of the slider each, and a frame with its time.
  const std::size_t steps = rows_of(page).size();
  CHECK(page.find("max=\"" + std::to_string(steps - 1) + '"') != std::string::npos);
  const std::string row("\x21\xF9\x04\x04\x28\x00", 6), last("\x21\xF9\x04\x04\xFA\x00", 6);
  std::size_t frames = 0;
  for (auto at = gif.find(row); at != std::string::npos; at = gif.find(row, at + 1)) ++frames;
  CHECK(frames == steps - 1);
  CHECK(gif.find(last) != std::string::npos);
  CHECK(page.find("src=") == std::string::npos);
  CHECK(page.find("http") == std::string::npos);
}

TEST_CASE("a wave of what is not there says what there is") {
  const Workplace here;
  bring_run(here);
  const auto says = [&](const std::vector<std::string>& arguments, const std::string& what) {
    const Outcome done = wave(here, arguments);
    INFO(done.err);
    CHECK(done.code == 2);
    CHECK(done.err.find(what) != std::string::npos);
  };
  says({"--sample", "1-3", "-o", "w.svg"}, "give numbers from 0, such as 1,2,3");
  says({"--sample", "999", "-o", "w.svg"}, "give a number from 0 to 199");
  says({"--class", "bagg", "-o", "w.svg"}, "has no class 'bagg'");
  says({"--sample", "3,999", "-o", "w.svg"}, "there is no sample 999");
  std::string many = "0";
  for (int i = 1; i < 25; ++i) many += "," + std::to_string(i);
  says({"--sample", many, "-o", "w.svg"}, "25 samples are too many");
  says({"--sample", "0", "-o", "w.jpg"}, "ends in no format");
  says({"--sample", "0", "--class", "bag", "-o", "w.svg"}, "--class");
  CHECK_FALSE(fs::exists(here / "w.svg"));
}
