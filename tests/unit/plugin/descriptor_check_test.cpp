// SPDX-License-Identifier: MIT
#include "plugin/descriptor_check.hpp"

#include "catch.hpp"

#include <glia/sdk/wave_layer.hpp>

#include <limits>

using namespace glia;
using namespace glia::plugin;

TEST_CASE("identifiers") {
  for (const char* good : {"a", "slide", "conv_1d", "x2_"}) CHECK(is_identifier(good));
  for (const char* bad : {"", "1a", "_a", "Slide", "a-b", "a b", "\xc3\xa4"}) {
    INFO(bad);
    CHECK_FALSE(is_identifier(bad));
  }
}

TEST_CASE("values are held against ranges, open and closed") {
  FieldSpec field;
  field.min = 0, field.max = 1;
  CHECK(value_problem(field, 0.0).empty());
  CHECK(value_problem(field, 1.0).empty());
  CHECK(value_problem(field, -0.5) == "-0.5 is not at least 0");
  CHECK(value_problem(field, std::int64_t{2}) == "2 is not at most 1");
  CHECK(value_problem(field, std::numeric_limits<double>::quiet_NaN()) == "nan is not at least 0");
  field.min_open = field.max_open = true;
  CHECK(value_problem(field, 0.0) == "0 is not above 0");
  CHECK(value_problem(field, 1.0) == "1 is not below 1");
  CHECK(value_problem(field, std::vector<double>{0.5, 1}) == "1 is not below 1");
  CHECK(value_problem(field, std::vector<double>{}).empty());
}

TEST_CASE("texts are held against choices") {
  FieldSpec field;
  CHECK(value_problem(field, std::string("anything")).empty());
  field.choices = {"open", "ring"};
  CHECK(value_problem(field, std::string("ring")).empty());
  CHECK(value_problem(field, std::string("Ring")) == "\"Ring\" is not one of 'open' and 'ring'");
  CHECK(value_problem(field, std::vector<std::string>{"open", "x"}) ==
        "\"x\" is not one of 'open' and 'ring'");
}

TEST_CASE("a descriptor has the maker of its kind and no other") {
  Descriptor d;
  d.kind = PluginKind::wave_layer;
  d.id = "a";
  const std::vector<std::string> problem{
      "wave layer 'a' has no maker of its kind, or one of another kind"};
  CHECK(descriptor_problems({d}) == problem);
  d.make_wave_layer = [](const ValueMap&) { return nullptr; };
  CHECK(descriptor_problems({d}).empty());
  d.make_dataset = [](const ValueMap&) { return nullptr; };
  CHECK(descriptor_problems({d}) == problem);
  d.kind = static_cast<PluginKind>(17);
  CHECK(descriptor_problems({d}) ==
        std::vector<std::string>{"'a' is of a kind that this program does not know"});
}

TEST_CASE("a required parameter's default is only a placeholder, but of the right type") {
  Descriptor d;
  d.kind = PluginKind::wave_layer;
  d.id = "a";
  d.make_wave_layer = [](const ValueMap&) { return nullptr; };
  FieldSpec field;
  field.name = "width";
  field.kind = FieldKind::integer;
  field.default_value = std::int64_t{0};
  field.min = 1;
  d.fields = {field};
  CHECK(descriptor_problems({d}) ==
        std::vector<std::string>{"wave layer 'a', parameter 'width': the default 0 is not at "
                                 "least 1"});
  d.fields[0].required = true;
  CHECK(descriptor_problems({d}).empty());
  d.fields[0].default_value = 0.5;
  CHECK(descriptor_problems({d}) ==
        std::vector<std::string>{
            "wave layer 'a', parameter 'width': the default's type is not 'integer'"});
}
