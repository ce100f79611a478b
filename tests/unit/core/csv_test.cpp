// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <glia/sdk/csv.hpp>
#include <glia/sdk/error.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace glia;
using Row = std::vector<std::string>;

namespace {

struct Line {
  std::int64_t number;
  Row fields;
  bool operator==(const Line&) const = default;
};

std::vector<Line> lines_of(const std::string& text, char separator = ',') {
  std::vector<Line> all;
  CsvLines lines("t.csv", text, separator);
  while (lines.next()) {
    all.push_back({lines.line(), {lines.fields().begin(), lines.fields().end()}});
  }
  return all;
}

std::string complaint(const std::string& text) {
  try {
    lines_of(text);
  } catch (const Error& e) {
    return e.message();
  }
  return "";
}

}  // namespace

TEST_CASE("CSV: fields, blank lines, line ends and a byte order mark") {
  CHECK(lines_of("\xEF\xBB\xBFx,y\r\n\r\n 1 ,2\n  \n3,4") ==
        std::vector<Line>{{1, {"x", "y"}}, {3, {"1", "2"}}, {5, {"3", "4"}}});
  CHECK(lines_of("a,,\n,b,") == std::vector<Line>{{1, {"a", "", ""}}, {2, {"", "b", ""}}});
  CHECK(lines_of("a,b c\tx,y", '\t') == std::vector<Line>{{1, {"a,b c", "x,y"}}});
  CHECK(lines_of("1;2", ';') == std::vector<Line>{{1, {"1", "2"}}});
  CHECK(lines_of("").empty());
  CHECK(lines_of("\n \n").empty());
}

TEST_CASE("CSV: quotes hold separators, line ends and quotes") {
  CHECK(lines_of("\"a,b\",\"c\"\"d\" , \"\"\nx,\"two\nlines\",z\n1,2,3\n") ==
        std::vector<Line>{
            {1, {"a,b", "c\"d", ""}}, {2, {"x", "two\nlines", "z"}}, {4, {"1", "2", "3"}}});
  CHECK(lines_of("\"\"\nx") == std::vector<Line>{{1, {""}}, {2, {"x"}}});
  CHECK(complaint("a,b\n1,\"open\n2,3") == "t.csv:2: a quote is not closed");
  CHECK(complaint("a\n\"b\"c\n") ==
        "t.csv:2: there is something behind the quote that closes a field");
}

TEST_CASE("CSV: what a number loses as a float32") {
  for (const auto& [text, loss] : std::vector<std::pair<std::string, std::string>>{
           {"16777217", "becomes 16777216"},
           {"+16777217", "becomes 16777216"},
           {"-16777219.5", "becomes -16777220"},
           {"9223372036854775807", "becomes 9223372036854775808"},
           {"123456789012345678901234567890", "becomes 123456789182729271864492818432"},
           {"1e-400", "becomes 0"},
           {"-0.0000000001e-60", "becomes 0"},
           {"16777216", ""},
           {"16777218", ""},
           {"1e30", ""},
           {"3.3333333333333", ""},
           {"0.00e5", ""},
           {"-0", ""},
           {"inf", ""},
           {"nan", ""}}) {
    INFO(text);
    CHECK(glia::csv_loss(text, csv_number(text).value()) == loss);
  }
  CHECK(glia::csv_loss("16777217,0", 16777216.0F, ',') == "becomes 16777216");
}

TEST_CASE("CSV: numbers are read to the last digit") {
  for (const float wanted : {0.1F, 1.0F / 3, 16777217.0F, 1.17549435e-38F, 3.4028235e38F, 1e-40F}) {
    char text[64];
    std::snprintf(text, sizeof text, "%.9g", static_cast<double>(wanted));
    CHECK(csv_number(text) == wanted);
  }
  CHECK(csv_number("+2.5") == 2.5F);
  CHECK(csv_number("-1e3") == -1000.0F);
  // Halfway cases of double rounding: by way of a double it would be the neighbour.
  CHECK(csv_number("1.00000017881393432617187499") == std::nextafter(1.0F, 2.0F));
  CHECK(csv_number("1e-60") == 0.0F);
  CHECK(std::isnan(csv_number("nan").value()));
  for (const char* no : {"", "+-1", "1,5", "0x1p3", "1.5cm", "1e99", "--1", " "}) {
    CHECK_FALSE(csv_number(no));
    CHECK(csv_too_great(no) == (no == std::string("1e99")));
  }
  for (const char* great : {"1e60", "-1e60", "+3.5e38", "1e999", "-1e999"}) {
    CHECK(csv_too_great(great));
  }
  for (const char* fits : {"3.4028235e38", "1e-999", "inf", "nan", "0"}) {
    CHECK_FALSE(csv_too_great(fits));
  }
}
