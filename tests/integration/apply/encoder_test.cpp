// SPDX-License-Identifier: MIT
// Pictures of a trained encoder: their numbers are read back and held against the data.
#include "drawn.hpp"
#include "support.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <regex>

namespace {

const std::string reordered =
    with(validated_pipeline, "z_features = 20", "z_features = 20\nfeature_order = 5");

Outcome encoder(const Workplace& here, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"encoder", "run"});
  return here.glia(arguments);
}

/// By (row, column), the numbers of a grid of pictures.
std::map<std::pair<std::string, std::string>, std::vector<double>> drawn_in(
    const std::string& svg) {
  std::map<std::pair<std::string, std::string>, std::vector<double>> all;
  for (const auto& group : groups_of(svg, "picture")) {
    all[{group.at("data-row"), group.at("data-column")}] = numbers_in(group.at("data-values"));
  }
  return all;
}

std::map<std::pair<std::string, std::string>, std::vector<double>> listed_in(
    const std::string& csv) {
  std::map<std::pair<std::string, std::string>, std::vector<double>> all;
  const auto lines = fields_of(csv);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    all[{lines[i][0], lines[i][1]}].push_back(std::stod(lines[i][3]));
  }
  return all;
}

/// A number that a title states behind some words.
double stated(const std::string& text, const std::string& words) {
  const auto at = text.find(words);
  if (at == std::string::npos) throw std::runtime_error("not said: " + words);
  return std::stod(text.substr(at + words.size()));
}

/// The sum of the variances of latents.csv.
double variance_of(const std::vector<std::vector<std::string>>& latents) {
  REQUIRE(latents.size() == 21);
  double total = 0;
  for (std::size_t i = 1; i < latents.size(); ++i) {
    CHECK(latents[i][0] == latents[i][1]);  // no order of its own
    total += std::stod(latents[i][3]) * std::stod(latents[i][3]);
  }
  return total;
}

}  // namespace

TEST_CASE("reconstructions stand below their inputs, with the difference that the title states") {
  const Workplace here;
  bring_run(here, reordered);
  const Outcome done = encoder(here, {"-o", "pics", "--samples", "4", "--draws", "12"});
  INFO(done.err);
  REQUIRE(done.code == 0);
  CHECK(here.names_in("pics") ==
        "features.csv features.png features.svg latents.csv map.csv map.png map.svg prior.csv "
        "prior.png prior.svg reconstructions.csv reconstructions.png reconstructions.svg");
  const std::string svg = here.read("pics/reconstructions.svg");
  auto drawn = drawn_in(svg);
  CHECK(drawn == listed_in(here.read("pics/reconstructions.csv")));
  REQUIRE(drawn.size() == 8);
  double square = 0, contrast = 0;
  const std::string bytes = test_pictures();
  for (std::size_t k = 0; k < 4; ++k) {
    const std::string sample = "sample " + std::to_string(k);
    const auto& input = drawn[{"input", sample}];
    const auto& made = drawn[{"reconstruction", sample}];
    REQUIRE(input.size() == pixels);
    REQUIRE(made.size() == pixels);
    for (std::size_t i = 0; i < pixels; ++i) {
      const double byte = static_cast<std::uint8_t>(bytes[k * pixels + i]);
      REQUIRE(input[i] == Approx(byte / 255).margin(1e-6));
      square += (input[i] - made[i]) * (input[i] - made[i]);
      contrast += (input[i] - 0.5) * (input[i] - 0.5);
    }
  }
  CHECK(svg.find("clothing, test split, n = 4; from the mean of the code") != std::string::npos);
  CHECK(stated(svg, "root mean square of the difference ") ==
        Approx(std::sqrt(square / (4 * pixels))).epsilon(0.006));
  CHECK(square < contrast);  // two epochs come closer than grey
}

TEST_CASE("the map of the latents is their first two components, with the variance on its axes") {
  const Workplace here;
  bring_run(here);
  REQUIRE(encoder(here, {"-o", "pics"}).code == 0);
  const auto lines = fields_of(here.read("pics/map.csv"));
  REQUIRE(lines.size() == 1 + tested);
  std::vector<double> x, y;
  const std::string labels = test_labels();
  const std::vector<std::string> names{"T-shirt/top", "trouser", "pullover", "dress", "coat",
                                       "sandal",      "shirt",   "sneaker",  "bag",   "ankle boot"};
  for (std::size_t i = 0; i < tested; ++i) {
    CHECK(lines[i + 1][0] == std::to_string(i));
    CHECK(lines[i + 1][1] == names[static_cast<std::size_t>(labels[i])]);
    x.push_back(std::stod(lines[i + 1][2]));
    y.push_back(std::stod(lines[i + 1][3]));
  }
  double xx = 0, yy = 0, xy = 0, sum = 0;
  for (std::size_t i = 0; i < tested; ++i) {
    xx += x[i] * x[i] / tested, yy += y[i] * y[i] / tested, xy += x[i] * y[i] / tested, sum += x[i];
  }
  CHECK(std::abs(sum) / tested < 1e-4 * std::sqrt(xx));
  CHECK(std::abs(xy) < 1e-4 * xx);  // components do not go together
  const double total = variance_of(fields_of(here.read("pics/latents.csv")));
  const std::string svg = here.read("pics/map.svg");
  CHECK(svg.find("clothing, test split, n = 200; means of the code") != std::string::npos);
  CHECK(stated(svg, "component 1: ") == Approx(100 * xx / total).margin(0.06));
  CHECK(stated(svg, "component 2: ") == Approx(100 * yy / total).margin(0.06));
  CHECK(xx >= yy);
  // What is drawn: every sample once, where its numbers say.
  static const std::regex circle("<circle cx=\"([^\"]*)\" cy=\"([^\"]*)\" r=\"2");
  std::vector<std::pair<double, double>> at;  // those of the legend first
  for (std::sregex_iterator m(svg.begin(), svg.end(), circle), end; m != end; ++m) {
    at.emplace_back(std::stod((*m)[1]), std::stod((*m)[2]));
  }
  std::vector<std::size_t> order;
  for (const auto& group : groups_of(svg, "class")) {
    const auto samples = numbers_in(group.at("data-samples")), xs = numbers_in(group.at("data-x"));
    for (std::size_t i = 0; i < samples.size(); ++i) {
      order.push_back(static_cast<std::size_t>(samples[i]));
      CHECK(xs[i] == Approx(x[order.back()]));
    }
  }
  REQUIRE(order.size() == tested);
  REQUIRE(at.size() == tested + names.size());
  at.erase(at.begin(), at.begin() + static_cast<std::ptrdiff_t>(names.size()));
  const auto farther = [&](std::size_t a, std::size_t b) { return x[order[a]] < x[order[b]]; };
  std::vector<std::size_t> all(tested);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto [low, high] = std::minmax_element(all.begin(), all.end(), farther);
  const double scale = (at[*high].first - at[*low].first) / (x[order[*high]] - x[order[*low]]);
  for (const auto i : all) {
    CHECK(at[i].first - at[*low].first ==
          Approx(scale * (x[order[i]] - x[order[*low]])).margin(0.05));
  }
}

TEST_CASE("latents stand in the order that networks hear, each moved from the same mean") {
  const Workplace here;
  bring_run(here, reordered);
  REQUIRE(encoder(here, {"-o", "pics"}).code == 0);
  const auto latents = fields_of(here.read("pics/latents.csv"));
  REQUIRE(latents.size() == 21);
  const auto drawn = drawn_in(here.read("pics/features.svg"));
  CHECK(drawn == listed_in(here.read("pics/features.csv")));
  CHECK(drawn.size() == 100);
  std::set<std::string> features;
  const auto& mean = drawn.begin()->first.first;
  for (std::size_t i = 1; i < latents.size(); ++i) {
    const std::string row = "place " + latents[i][0] + ": feature " + latents[i][1];
    features.insert(latents[i][1]);
    REQUIRE(drawn.count({row, "+2"}) == 1);
    CHECK(drawn.at({row, "mean"}) == drawn.at({mean, "mean"}));
  }
  CHECK(features.size() == 20);
  // The row that the network hears, in the wave of a sample, is in the same order: a feature moved
  // by the encoder's own order would lie elsewhere.
  REQUIRE(here.glia({"wave", "run", "--head", "astrocytes", "-o", "w.svg"}).code == 0);
  CHECK(groups_of(here.read("w.svg"), "row")[1].at("data-name") == "latent");
}

TEST_CASE("samples from the prior follow from the seed alone") {
  const Workplace here;
  bring_run(here);
  REQUIRE(encoder(here, {"-o", "a", "--draws", "12", "--threads", "1"}).code == 0);
  REQUIRE(encoder(here, {"-o", "b", "--draws", "12", "--threads", "2", "--seed", "3"}).code == 0);
  REQUIRE(encoder(here, {"-o", "c", "--draws", "11", "--seed", "4"}).code == 0);
  CHECK(here.read("a/prior.svg") == here.read("b/prior.svg"));  // 3 is the pipeline's
  CHECK(here.read("a/prior.csv") != here.read("c/prior.csv"));
  const auto drawn = drawn_in(here.read("a/prior.svg"));
  CHECK(drawn == listed_in(here.read("a/prior.csv")));
  CHECK(drawn.size() == 12);
  CHECK(drawn.at({"draws from 0", "0"}) != drawn.at({"draws from 0", "1"}));
  CHECK(here.read("a/prior.svg").find("n = 12 draws") != std::string::npos);
}

TEST_CASE("an encoder that cannot go back says so, and has its map all the same") {
  const Workplace here;
  const std::string vae =
      "plugin = \"vae\"\ninput = \"clothing\"\nz_features = 20\n"
      "train = { epochs = 2, learning_rate = 1e-3, batch_size = 64 }\n";
  bring_run(here,
            with(validated_pipeline, vae,
                 "plugin = \"gaussian_projection\"\ninput = \"clothing\"\nz_features = 20\n"));
  const Outcome done = encoder(here, {"-o", "pics"});
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(
      done.err.find("encoder latent (gaussian_projection) cannot go back from latents to inputs") !=
      std::string::npos);
  CHECK(here.names_in("pics") == "latents.csv map.csv map.png map.svg");
  const Outcome none = encoder(here, {"-o", "more", "--encoder", "latend"});
  CHECK(none.code == 2);
  CHECK(none.err.find("the run has no encoder 'latend'") != std::string::npos);
  CHECK_FALSE(fs::exists(here / "more"));
}
