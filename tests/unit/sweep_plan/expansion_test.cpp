// SPDX-License-Identifier: MIT
#include "sweep/expansion.hpp"

#include "../config/support.hpp"
#include "catch.hpp"
#include "config/item_text.hpp"
#include "config/template.hpp"

#include <cmath>
#include <set>

using glia::config::PipelineTemplate;

namespace {

PipelineTemplate source(const std::string& sweep, const std::vector<std::string>& arguments = {}) {
  return PipelineTemplate(std::string(good_file) + sweep, "p.toml", arguments, fake_catalog());
}

/// Every point as "path=value path=value", in order; a path's last part only.
std::vector<std::string> points(const std::string& sweep,
                                const std::vector<std::string>& arguments = {}) {
  const auto expansion = glia::sweep::expand(source(sweep, arguments).sweep());
  std::vector<std::string> all;
  for (const auto& point : expansion.points) {
    std::string text;
    for (std::size_t a = 0; a < point.size(); ++a) {
      if (point[a] < 0) continue;
      const auto& axis = expansion.table.axes()[a];
      text += (text.empty() ? "" : " ") + axis.path.substr(axis.path.rfind('.') + 1) + '=' +
              axis.texts[static_cast<std::size_t>(point[a])];
    }
    all.push_back(text);
  }
  return all;
}

std::string problem(const std::string& sweep, const std::vector<std::string>& arguments = {}) {
  try {
    glia::sweep::expand(source(sweep, arguments).sweep());
  } catch (const glia::Error& e) {
    return e.what();
  }
  return "";
}

std::vector<double> numbers(const std::string& sweep) {
  const auto expansion = glia::sweep::expand(source(sweep).sweep());
  std::vector<double> all;
  for (const auto& value : expansion.table.axes().at(0).values) {
    const auto* whole = std::get_if<std::int64_t>(&value.scalar);
    all.push_back(whole ? static_cast<double>(*whole) : std::get<double>(value.scalar));
  }
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("Axes multiply, the first one slowest") {
  const Texts expected{"z=2 beta=0.0", "z=2 beta=1", "z=4 beta=0.0", "z=4 beta=1"};
  CHECK(
      points("[sweep.axes]\n\"encoder.latent.z\" = [2, 4]\n\"encoder.latent.beta\" = [0.0, 1]\n") ==
      expected);
  CHECK(points("[sweep.axes]\nencoder.latent.z = [2, 4]\nencoder.latent.beta = [0.0, 1]\n") ==
        expected);
  CHECK(points("", {"encoder.latent.z=2,4", "encoder.latent.beta=0.0,1"}) == expected);
}

TEST_CASE("Ranges count as a person would") {
  const auto range = [](const std::string& text) {
    return numbers("[sweep.axes]\na.b = " + text + "\n");
  };
  CHECK(range("{ from = 0, to = 1, step = 0.1 }") ==
        std::vector<double>{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1});
  CHECK(range("{ from = 3, to = 1 }") == std::vector<double>{3, 2, 1});
  CHECK(range("{ from = 1, to = 6, step = 2 }") == std::vector<double>{1, 3, 5});
  CHECK(range("{ from = 0, to = 1, count = 3 }") == std::vector<double>{0, 0.5, 1});
  CHECK(range("{ from = 1e-4, to = 1, count = 5, scale = \"log\" }") ==
        std::vector<double>{1e-4, 1e-3, 1e-2, 0.1, 1});
  CHECK(points("", {"a.b=range(0,1,0.5)"}) == Texts{"b=0.0", "b=0.5", "b=1.0"});
  CHECK(points("", {"a.b=range(1,3)"}) == Texts{"b=1", "b=2", "b=3"});
  CHECK(points("", {"a.b=log(1,100,3)"}) == Texts{"b=1", "b=10", "b=100"});
}

TEST_CASE("Zipped axes move together, further axes follow") {
  CHECK(points("[[sweep.zip]]\na.x = [1, 2]\na.y = [3, 4]\n[sweep.axes]\na.z = [5, 6]\n") ==
        Texts{"z=5 x=1 y=3", "z=5 x=2 y=4", "z=6 x=1 y=3", "z=6 x=2 y=4"});
  CHECK(points("[sweep.axes]\na.x = [1, 2]\n[[sweep.also]]\naxes = { a.y = [3] }\n") ==
        Texts{"x=1", "x=2", "y=3"});
  CHECK(points("[sweep.axes]\na.x = [1, 2]\n[[sweep.also]]\naxes = { a.x = [2, 3] }\n") ==
        Texts{"x=1", "x=2", "x=3"});
  CHECK(points("[[sweep.zip]]\na.x = [1, 2]\na.y = [3, 4]\n", {"a.x=7,8"}) ==
        Texts{"x=7 y=3", "x=8 y=4"});
}

TEST_CASE("An argument takes the place of an axis in the file") {
  const std::string file = "[sweep.axes]\na.x = [1, 2]\na.y = [3, 4]\n";
  CHECK(points(file, {"a.x=7"}) == Texts{"x=7 y=3", "x=7 y=4"});
  CHECK(points(file, {"a.x=7,8", "a.x=9"}) == Texts{"x=9 y=3", "x=9 y=4"});
  CHECK(points(file, {"a.x=9", "a.x=7,8", "a.y=0"}) == Texts{"x=7 y=0", "x=8 y=0"});
  CHECK(points(file, {"sweep.axes.a.x=8,9", "a.y=0"}) == Texts{"x=8 y=0", "x=9 y=0"});
  const std::string zip = "[[sweep.zip]]\na.x = [1, 2]\na.y = [3, 4]\na.z = [5, 6]\n";
  CHECK(points(zip, {"a.x=7"}) == Texts{"x=7 y=3 z=5", "x=7 y=4 z=6"});
  CHECK(points(zip, {"a.x=7", "a.y=8", "a.z=9"}) == Texts{"x=7 y=8 z=9"});
  CHECK(points("[sweep.axes]\na.x = [1, 2]\n[[sweep.also]]\naxes = { a.x = [5], a.y = [6] }\n",
               {"a.x=7"}) == Texts{"x=7", "x=7 y=6"});
}

TEST_CASE("What an argument sets is never lost without a word") {
  CHECK(problem("[sweep.axes]\na.x = [{ y = 1 }, { y = 2 }]\n", {"a.x.y=3"})
            .find("argument 'a.x.y=3': error: the axis 'a.x' at p.toml:") != std::string::npos);
  CHECK(problem("[sweep]\nseeds = [1, 2]\n", {"pipeline.seed=3"})
            .find("argument 'pipeline.seed=3': error: the sweep lists its seeds at p.toml:") == 0);
  for (const std::string argument : {"sweep.samples=4,5", "sweep.nothing=1,2", "sweep=4,5"}) {
    CHECK(problem("", {argument})
              .find("argument '" + argument +
                    "': error: how a sweep is run is the same for all its trials") == 0);
  }
}

TEST_CASE("Combinations are left out, and axes depend on each other") {
  CHECK(points("[sweep]\nexclude = [{ a.x = 1.0, a.y = [3] }]\naxes = { a.x = [1, 2], a.y = [3, "
               "4] }\n") == Texts{"x=1 y=4", "x=2 y=3", "x=2 y=4"});
  CHECK(
      points("[sweep.axes]\na.kind = [\"none\", \"leak\"]\na.sigma = [0.1, 0.2]\n[sweep.only_if]\n"
             "\"a.sigma\" = { \"a.kind\" = \"leak\" }\n") ==
      Texts{"kind=\"none\"", "kind=\"leak\" sigma=0.1", "kind=\"leak\" sigma=0.2"});
}

TEST_CASE("Samples lie in their range, follow from the seed, and stay when there are more") {
  const auto method = GENERATE(as<std::string>(), "random", "sobol");
  const auto draw = [&](int count, int seed, const std::string& range) {
    return numbers("[sweep]\nsamples = " + std::to_string(count) + "\nsampling = \"" + method +
                   "\"\nsampling_seed = " + std::to_string(seed) + "\naxes = { a.b = " + range +
                   " }\n");
  };
  const auto few = draw(16, 1, "{ uniform = [2.0, 3.0] }"),
             many = draw(64, 1, "{ uniform = [2.0, 3.0] }");
  REQUIRE(many.size() == 64);
  CHECK(std::equal(few.begin(), few.end(), many.begin()));
  CHECK(draw(16, 2, "{ uniform = [2.0, 3.0] }") != few);
  double sum = 0;
  for (const double value : many) {
    CHECK(value >= 2);
    CHECK(value <= 3);
    sum += value;
  }
  CHECK(sum / 64 == Approx(2.5).margin(method == "sobol" ? 0.02 : 0.15));
  double logs = 0;
  const auto decades = draw(64, 1, "{ log_uniform = [1e-4, 1.0] }");
  for (const double value : decades) logs += std::log10(value);
  CHECK(logs / 64 == Approx(-2).margin(method == "sobol" ? 0.1 : 0.6));
  const auto whole = draw(64, 1, "{ uniform = [1, 4] }");
  CHECK(std::set<double>(whole.begin(), whole.end()) == std::set<double>{1, 2, 3, 4});
}

TEST_CASE("Sobol points fill a square evenly") {
  const auto expansion = glia::sweep::expand(
      source(
          "[sweep]\nsamples = 64\nsampling = \"sobol\"\naxes = { a.x = { uniform = [0.0, 1.0] }, "
          "a.y = { uniform = [0.0, 1.0] } }\n")
          .sweep());
  REQUIRE(expansion.points.size() == 64);
  int counts[4][4] = {};
  for (const auto& point : expansion.points) {
    const auto part = [&](int a) {
      return std::get<double>(
          expansion.table.axes()[static_cast<std::size_t>(a)]
              .values[static_cast<std::size_t>(point[static_cast<std::size_t>(a)])]
              .scalar);
    };
    ++counts[std::min(3, static_cast<int>(4 * part(0)))]
            [std::min(3, static_cast<int>(4 * part(1)))];
  }
  for (const auto& row : counts) {
    for (const int count : row) CHECK(std::abs(count - 4) <= 2);
  }
}

TEST_CASE("Seeds are an axis of their own") {
  CHECK(source("").sweep().seeds == std::vector<std::uint64_t>{7});
  CHECK_FALSE(source("").sweep().given);
  CHECK(source("[sweep]\nseeds = 3\n").sweep().seeds == std::vector<std::uint64_t>{7, 8, 9});
  CHECK(source("[sweep]\nseeds = [5, 2]\n").sweep().seeds == std::vector<std::uint64_t>{5, 2});
  CHECK(source("", {"seeds=2"}).sweep().seeds == std::vector<std::uint64_t>{7, 8});
  CHECK(source("", {"seeds=4,6"}).sweep().seeds == std::vector<std::uint64_t>{4, 6});
  CHECK(source("", {"seeds=range(1,3)"}).sweep().seeds == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(source("", {"pipeline.seed=40", "seeds=2"}).sweep().seeds ==
        std::vector<std::uint64_t>{40, 41});
}

TEST_CASE("Mistakes in a sweep are told with their place") {
  const std::string begin =
      "p.toml:" +
      std::to_string(std::count(good_file, good_file + std::string(good_file).size(), '\n') + 2);
  CHECK(problem("[sweep]\nseed = 3\n")
            .find(begin +
                  ":1: error: unknown key 'seed' in 'sweep'\n  hint: did you mean 'seeds'?") == 0);
  CHECK(problem("[sweep]\nseeds = 0\n").find("seeds must be a number of seeds or a list") !=
        std::string::npos);
  CHECK(problem("[sweep]\nseeds = [1, 1]\n").find("seed 1 is given twice") != std::string::npos);
  CHECK(problem("[sweep.axes]\na.b = 3\n")
            .find("the axis 'a.b' must be a list or a range, not the integer 3") !=
        std::string::npos);
  CHECK(problem("[sweep.axes]\na.b = []\n").find("has no values") != std::string::npos);
  CHECK(problem("[sweep.axes]\na.b = { from = 0, to = 1, step = -1 }\n")
            .find("never gets from its start to its end") != std::string::npos);
  CHECK(problem("[sweep.axes]\na.b = { from = 0, to = 1, count = 1 }\n").find("count must be") !=
        std::string::npos);
  CHECK(problem("[sweep.axes]\na.b = { from = 0, too = 1 }\n").find("the range lacks 'to'") !=
        std::string::npos);
  CHECK(problem("[sweep.axes]\na.b = { uniform = [2, 1] }\n").find("uniform must be [LOW, HIGH]") !=
        std::string::npos);
  CHECK(problem("[sweep.axes]\na.b = { uniform = [1, 2] }\n").find("say how many: samples = 64") !=
        std::string::npos);
  CHECK(problem("[sweep]\nsamples = 3\n").find("there is no axis to draw samples from") !=
        std::string::npos);
  CHECK(problem("[[sweep.zip]]\na.x = [1, 2]\na.y = [3]\n")
            .find("zipped axes need equally many values: 'a.x' has 2, 'a.y' has 1") !=
        std::string::npos);
  CHECK(problem("[sweep]\nexclude = [{ a.x = 1 }]\naxes = { a.y = [1] }\n")
            .find("there is no axis 'a.x'") != std::string::npos);
  CHECK(problem("[sweep]\nexclude = [{ a.y = 1 }]\naxes = { a.y = [1] }\n")
            .find(":16: error: the sweep has no trials: all are excluded") != std::string::npos);
  CHECK(problem("[sweep]\nexclude = [{}]\n").find("this would leave out every trial") !=
        std::string::npos);
  CHECK(problem("[sweep.axes]\na.x = { from = 1, to = 2000 }\na.y = { from = 1, to = 2000 }\n")
            .find("at most 1000000") != std::string::npos);
  CHECK(problem("[sweep.axes]\na.b = [1, 2, 1.0]\n")
            .find("the axis 'a.b' has the number 1.0 twice") != std::string::npos);
  for (const char* axes :
       {"\"a.b\" = [1, 2]\n\"a\" = [{ b = 5 }]\n", "\"a\" = [{ b = 5 }]\n\"a.b\" = [1, 2]\n"}) {
    CHECK(problem(std::string("[sweep.axes]\n") + axes)
              .find(" sets 'a.b' too\n  hint: write 'b' into the values of that axis") !=
          std::string::npos);
  }
  CHECK(problem("[sweep]\nexclude = [{ a.y = [1, 7] }]\naxes = { a.y = [1, 2] }\n")
            .find("the axis 'a.y' never has the value 7\n  hint: its values are 1, 2") !=
        std::string::npos);
  CHECK(problem("[sweep]\naxes = { a.x = [1], a.y = [\"p\", \"q\"] }\nonly_if = { \"a.x\" = { "
                "\"a.y\" = \"P\" } }\n")
            .find("the axis 'a.y' never has the value \"P\"") != std::string::npos);
  CHECK(problem("[sweep]\nexclude = [{ a.y = 1 }]\naxes = { a.y = [1, 2] }\n", {"a.y=4,5"}) == "");
  CHECK(problem("[sweep]\naxes = { a.x = [1], a.y = [2] }\nonly_if = { \"a.x\" = { \"a.y\" = 2 "
                "}, \"a.y\" = { \"a.x\" = 1 } }\n")
            .find("whether 'a.x' is there depends on itself") != std::string::npos);
  CHECK(problem("", {"a.b=1,,2"}).find("a value of the list is empty") != std::string::npos);
  CHECK(problem("", {"a.b=log(1,2)"}).find("log needs three numbers") != std::string::npos);
  CHECK(problem("[sweep.axes]\npipeline.seed = [1, 2]\n").find("seeds are an axis of their own") !=
        std::string::npos);
}

TEST_CASE("Only whole numbers are counted up without a step") {
  CHECK(problem("[sweep.axes]\na.b = { from = 0.1, to = 0.5 }\n")
            .find("a range from 0.1 to 0.5 needs a step") != std::string::npos);
  CHECK(problem("", {"a.b=range(1,2.5)"}).find("needs a step") != std::string::npos);
}

TEST_CASE("Values with commas in quotes or brackets are one value") {
  CHECK(points("", {"a.b='x,y','z'"}) == Texts{"b=\"x,y\"", "b=\"z\""});
  CHECK(points("", {"a.b=[1,2],[3]"}) == Texts{"b=[1, 2]", "b=[3]"});
  CHECK(points("", {"a.b=slide,gather"}) == Texts{"b=\"slide\"", "b=\"gather\""});
}

TEST_CASE("Whole numbers of a range are exact over all of their 64 bits") {
  CHECK(points("", {"a.b=range(20240101120034,20240101121034,500)"}) ==
        Texts{"b=20240101120034", "b=20240101120534", "b=20240101121034"});
  CHECK(points("", {"a.b=range(9223372036854775805,9223372036854775807)"}) ==
        Texts{"b=9223372036854775805", "b=9223372036854775806", "b=9223372036854775807"});
  CHECK(points("", {"a.b=range(-9223372036854775808,9223372036854775807,9223372036854775807)"}) ==
        Texts{"b=-9223372036854775808", "b=-1", "b=9223372036854775806"});
  CHECK(
      points(
          "[sweep.axes]\na.b = { from = 9007199254740993, to = 9007199254740997, count = 3 }\n") ==
      Texts{"b=9007199254740993", "b=9007199254740995", "b=9007199254740997"});
  CHECK(problem("", {"a.b=range(-9223372036854775808,9223372036854775807)"})
            .find("more than 1000000 values") != std::string::npos);
  CHECK(problem("[sweep]\nsamples = 2\n[sweep.axes]\na.b = { uniform = [0, 9007199254740993] }\n")
            .find("integers are drawn between") != std::string::npos);
}

TEST_CASE("Real numbers of a range keep their last digit") {
  CHECK(points("", {"a.b=range(0.123456789012345,0.323456789012345,0.1)"}) ==
        Texts{"b=0.123456789012345", "b=0.223456789012345", "b=0.323456789012345"});
  CHECK(points("", {"a.b=range(1e-300,3e-300,1e-300)"}) ==
        Texts{"b=1e-300", "b=2e-300", "b=3e-300"});
  CHECK(points("[sweep.axes]\na.b = { from = 0.1234567890123456, to = 0.9876543210987654, count = "
               "2 }\n") == Texts{"b=0.1234567890123456", "b=0.9876543210987654"});
  CHECK(points("[sweep.axes]\na.b = { from = 1.2345678901234568e-05, to = 1, count = 2, scale = "
               "\"log\" }\n") == Texts{"b=1.2345678901234568e-05", "b=1.0"});
}

TEST_CASE("Seeds past the greatest 64-bit number are refused where they are asked for") {
  for (const auto& arguments : {Texts{"pipeline.seed=9223372036854775806", "seeds=4"},
                                Texts{"pipeline.seed=9223372036854775807", "seeds=2"}}) {
    CHECK(problem("", arguments).find("go past the greatest seed, 9223372036854775807") !=
          std::string::npos);
  }
  CHECK(source("", {"pipeline.seed=9223372036854775806", "seeds=2"}).sweep().seeds.back() ==
        9223372036854775807u);
}

TEST_CASE("What a sweep may ask for is limited at the key that asks") {
  CHECK(problem("[sweep]\nsamples = 1000000000\n[sweep.axes]\na.b = { uniform = [0, 1] }\n")
            .find("samples must be between 0 and 1000000") != std::string::npos);
  // Further blocks count with the others, and a few combinations are never too many.
  const std::string block = "[[sweep.also]]\naxes = { a.b = [2] }\n";
  CHECK(problem("[sweep]\nseeds = 900000\naxes = { a.b = [1] }\n" + block)
            .find("the sweep would have 1800000 trials") != std::string::npos);
  CHECK(problem("[sweep.axes]\na.b = { from = 1, to = 1200 }\n"
                "[[sweep.also]]\naxes = { a.c = { from = 1, to = 1200 } }\n")
            .empty());
}
