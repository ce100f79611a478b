// SPDX-License-Identifier: MIT
#include "train/calculation.hpp"

#include "catch.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

using glia::train::encoder_calculation;
using glia::train::head_calculation;
using nlohmann::ordered_json;

namespace {

/// A head that reads one network of such steps, from 3 cells.
ordered_json head_of(const std::string& steps) {
  return ordered_json::parse(
      R"({"encoder": "e", "networks": [{"id": "n", "reads": 0, "in": 3, "steps": )" + steps +
      R"(}], "reads": 1, "answer": "values"})");
}

std::string steps_of(const ordered_json& calculation) { return calculation.at("steps").dump(); }

}  // namespace

TEST_CASE("a stencil takes, weighs and sums; a compounding bias scales its weights") {
  const auto head = head_of(R"([{"kind": "stencil", "in": 3, "out": 2, "hears": [[0, 1], [1, 2]],
                                 "weight": "w", "bias": "compounding", "bias_tensor": "b"}])");
  const auto made = head_calculation(head, 3);
  CHECK(made.at("version") == glia::train::calculation_version);
  CHECK(made.at("reads") == "e");
  CHECK(steps_of(made) ==
        R"([["input"],["tensor","w"],["constant",1],["tensor","b"],["add",3,2],)"
        R"(["constant",[0,0,1,1]],["take",4,5],["constant",[2,1,2,1]],["power",6,7],)"
        R"(["multiply",1,8],["constant",[0,1,1,2]],["take",0,10],["multiply",11,9],)"
        R"(["constant",[0,2]],["sums",12,13]])");
}

TEST_CASE("a skip between rows of other widths is a take, centre on centre") {
  const auto head = head_of(R"([{"kind": "stencil", "in": 3, "out": 1, "hears": [[0, 1, 2]],
                                 "fixed": [1, 1, 1], "bias": "none"},
                                {"kind": "skip", "in": 1, "out": 1, "row": 0}])");
  CHECK(steps_of(head_calculation(head, 3)).find(R"(["constant",[1]],["take",0,)") !=
        std::string::npos);
}

TEST_CASE("what is used twice is there once, and an answer that is there already comes last") {
  const auto head = head_of(R"([{"kind": "stencil", "in": 3, "out": 3, "hears": [[0], [1], [2]],
                                 "weight": "w", "bias": "none"},
                                {"kind": "stencil", "in": 3, "out": 3, "hears": [[0], [1], [2]],
                                 "weight": "w", "bias": "none"}])");
  CHECK(steps_of(head_calculation(head, 3)) ==
        R"([["input"],["tensor","w"],["constant",[0,1,2]],["take",0,2],["multiply",3,1],)"
        R"(["take",4,2],["multiply",5,1]])");
  auto nothing = head_of("[]");
  nothing["features"] = std::vector<int>{0, 1, 2};
  nothing["answer"] = "softmax";
  CHECK(head_calculation(nothing, 3).at("steps").back().at(0) == "divide");
  CHECK(steps_of(encoder_calculation(ordered_json::parse(R"({"recipe": []})"))) ==
        R"([["input"]])");
}

TEST_CASE("a cell that hears nobody is 0, whatever cell 0 is and whichever taps others have") {
  const auto head = head_of(R"([{"kind": "stencil", "in": 3, "out": 3, "hears": [[1, 2], [], [0]],
                                 "weight": "w", "bias": "none"}])");
  CHECK(steps_of(head_calculation(head, 3)) ==
        R"([["input"],["tensor","w"],["constant",[1,2,0,0]],["take",0,2],)"
        R"(["constant",[0,1,0,2]],["take",1,4],["multiply",3,5],["constant",[1,1,0,1]],)"
        R"(["multiply",6,7],["constant",[0,2,3]],["sums",8,9]])");
}

TEST_CASE("a disturbance of whatever name leaves its row as it is") {
  const auto calculated = [](const std::string& disturbance) {
    return steps_of(head_calculation(
        head_of("[" + disturbance + R"({"kind": "stencil", "in": 3, "out": 1, "hears": [[0, 2]],
                                        "weight": "w", "bias": "none"}])"),
        3));
  };
  for (const std::string name : {"noise", "drop", "flicker"}) {
    CHECK(calculated(R"({"kind": ")" + name + R"(", "in": 3, "out": 3, "level": 0.5}, )") ==
          calculated(""));
  }
}

TEST_CASE("what only code knows has no calculation") {
  CHECK(encoder_calculation(ordered_json::parse(R"({"recipe": null})")).is_null());
  CHECK(head_calculation(head_of(R"([{"kind": "general", "in": 3, "out": 3}])"), 3).is_null());
  CHECK(head_calculation(head_of(R"([{"kind": "activation", "in": 3, "out": 3, "formula": null}])"),
                         3)
            .is_null());
  auto head = head_of("[]");
  CHECK(head_calculation(head, 3).is_object());
  head["answer"] = nullptr;
  CHECK(head_calculation(head, 3).is_null());
  head = head_of("[]");
  head["reads"] = std::vector<int>{0, 1};
  head["join"] = "weave";
  CHECK(head_calculation(head, 3).is_null());
}
