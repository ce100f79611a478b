// SPDX-License-Identifier: MIT
// How an answer moves with its inputs: the gradients of the picture against central differences of
// what `glia predict` answers.
#include "drawn.hpp"
#include "support.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace {

constexpr double step = 0.02;

/// A picture whose pixels may be moved by a step to either side.
std::vector<double> base_picture() {
  const std::string bytes = test_pictures().substr(3 * pixels, pixels);
  std::vector<double> picture;
  for (const char byte : bytes) {
    picture.push_back(0.1 + 0.8 * static_cast<std::uint8_t>(byte) / 255);
  }
  return picture;
}

std::string csv_line(const std::vector<double>& picture) {
  std::string line;
  char number[24];
  for (const double pixel : picture) {
    std::snprintf(number, sizeof number, "%s%.9g", line.empty() ? "" : ",", pixel);
    line += number;
  }
  return line + '\n';
}

std::string csv_header() {
  std::string header;
  for (std::size_t i = 0; i < pixels; ++i) header += (i ? ",p" : "p") + std::to_string(i);
  return header + '\n';
}

/// Pixels that matter most, and some others.
std::vector<std::size_t> telling(const std::vector<double>& gradient) {
  std::vector<std::size_t> order(gradient.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(gradient[a]) > std::abs(gradient[b]);
  });
  std::vector<std::size_t> chosen(order.begin(), order.begin() + 12);
  for (std::size_t i = 100; i < order.size(); i += 150) chosen.push_back(order[i]);
  return chosen;
}

/// Draws with these arguments and holds the pixels' gradient against what moves log p of a class
/// ("": of the one that is given).
void check_against_differences(const Workplace& here, const std::vector<std::string>& more,
                               const std::string& of_class) {
  const auto picture = base_picture();
  here.write("base.csv", csv_header() + csv_line(picture));
  std::vector<std::string> words{"wave", "run", "base.csv", "--head", "astrocytes", "-o", "s.svg"};
  words.insert(words.end(), more.begin(), more.end());
  const Outcome drawn = here.glia(words);
  INFO(drawn.err);
  REQUIRE(drawn.code == 0);
  const auto rows = groups_of(here.read("s.svg"), "row");
  REQUIRE(rows.at(1).at("data-name") == "its saliency");
  REQUIRE(rows.at(1).at("data-shape") == "28 28");
  REQUIRE(rows.at(3).at("data-name") == "its saliency");
  const auto gradient = numbers_in(rows[1].at("data-values"));
  REQUIRE(gradient.size() == pixels);
  CHECK(numbers_in(rows[3].at("data-values")).size() == 20);
  const auto chosen = telling(gradient);
  std::string moved = csv_header() + csv_line(picture);
  for (const auto pixel : chosen) {
    for (const double by : {step, -step}) {
      auto other = picture;
      other[pixel] += by;
      moved += csv_line(other);
    }
  }
  here.write("moved.csv", moved);
  REQUIRE(here.glia({"predict", "run", "moved.csv", "--head", "astrocytes", "-o", "p.csv"}).code ==
          0);
  const auto lines = fields_of(here.read("p.csv"));
  const std::string wanted = "p_" + (of_class.empty() ? lines.at(1)[1] : of_class);
  const auto column = static_cast<std::size_t>(std::find(lines[0].begin(), lines[0].end(), wanted) -
                                               lines[0].begin());
  REQUIRE(column < lines[0].size());
  const double most = std::abs(gradient[chosen[0]]);
  REQUIRE(most > 2e-3);
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    const auto log_p = [&](std::size_t line) {
      return std::log(std::stod(lines[line].at(column)));
    };
    const double difference = (log_p(2 + 2 * k) - log_p(3 + 2 * k)) / (2 * step);
    INFO("pixel " << chosen[k]);
    CHECK(gradient[chosen[k]] == Approx(difference).margin(0.03 * most));
  }
}

/// Trained for so long that the answers hang on the inputs by more than the last bits of a number.
const std::string sharp = with(validated_pipeline, "input = \"matrix\"\ntrain = { epochs = 2,",
                               "input = \"matrix\"\ntrain = { epochs = 40,");
const std::string reordered_digits =
    with(sharp, "z_features = 20", "z_features = 20\nfeature_order = 5");

}  // namespace

TEST_CASE("the saliency of a picture is what moves its answer, through an order of features") {
  const Workplace here;
  bring_run(here, reordered_digits);
  check_against_differences(here, {"--saliency"}, "");
  check_against_differences(here, {"--saliency-of", "bag"}, "bag");
  const std::string svg = here.read("s.svg");
  CHECK(svg.find("the log probability of &#39;bag&#39; moves with each number") !=
        std::string::npos);
}

TEST_CASE("the saliency of a head that another backend has trained is what moves its answer") {
  const Workplace here;
  bring_run(here,
            with(sharp, "train = { epochs = 40,", "train = { epochs = 40, backend = \"torch\","));
  check_against_differences(here, {"--saliency"}, "");
}

TEST_CASE("saliency of a class that there is not is refused") {
  const Workplace here;
  bring_run(here);
  const Outcome done =
      here.glia({"wave", "run", "--head", "astrocytes", "--saliency-of", "bagg", "-o", "w.svg"});
  CHECK(done.code == 2);
  CHECK(done.err.find("the head has no class 'bagg'") != std::string::npos);
  CHECK_FALSE(fs::exists(here / "w.svg"));
}
