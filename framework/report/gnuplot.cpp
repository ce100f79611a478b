// SPDX-License-Identifier: MIT
#include "report/gnuplot.hpp"

#include "core/process.hpp"
#include "core/text.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <system_error>

namespace glia::report {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::seconds time_limit{120};

bool has_content(const fs::path& file) {
  std::error_code none;
  const auto size = fs::file_size(file, none);
  return !none && size > 0;
}

}  // namespace

// All but harmless characters are written as octal numbers: gnuplot runs
// what stands in backquotes, and version 5.4 misreads a doubled quote at the start of '...'. It
// also takes every digit after \ for part of the number, so a digit that follows one is escaped
// too.
std::string gnuplot_text(const std::string& text) {
  std::string literal = "\"";
  bool after_octal = false;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    after_octal = !(letter || (digit && !after_octal) ||
                    std::string_view(" _-.,:()").find(c) != std::string_view::npos);
    if (!after_octal) {
      literal += c;
    } else {
      char octal[8];
      std::snprintf(octal, sizeof octal, "\\%03o", static_cast<unsigned char>(c));
      literal += octal;
    }
  }
  return literal + '"';
}

std::string percents_doubled(const std::string& text) {
  std::string format;
  for (const char c : text) format.append(c == '%' ? 2 : 1, c);
  return format;
}

std::string assign(const std::string& name, const std::string& value) {
  return fmt::format("{} = {}\n", name, value);
}

std::string assign_array(const std::string& name, const std::vector<std::string>& values) {
  std::string list;
  for (const auto& value : values) list += (list.empty() ? "" : ", ") + value;
  return fmt::format("array {}[{}] = [{}]\n", name, values.size(), list);
}

std::string head_color(std::size_t place) {
  // Okabe and Ito's palette, told apart by colour-blind readers; grey in place of its yellow, which
  // is too pale for lines on white.
  constexpr std::array<const char*, head_colors> colors{"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                        "#E69F00", "#56B4E9", "#000000", "#8C8C8C"};
  return colors[place % head_colors];
}

std::string gnuplot_number(double value) { return std::isfinite(value) ? shortest(value) : "NaN"; }

std::string gnuplot_pages(const std::string& name, int height) {
  const std::string h = std::to_string(height);
  return fmt::format(
      "\nset encoding utf8\nset datafile separator comma\ndo for [pass = 1:2] {{\n  w = pass == 1 "
      "? 1.5 : 1.0  # the PNG is 1.5 times as large\n  if (pass == 1) {{\n    set terminal "
      "pngcairo noenhanced size 1.5*sheet_width,1.5*{} font 'sans-serif,16' background rgb "
      "'white'\n    set output '{}.png'\n  }} else {{\n    set terminal svg noenhanced size "
      "sheet_width,{} font 'sans-serif,11' background rgb 'white'\n    set output '{}.svg'\n  }}\n "
      " set multiplot",
      h, name, h, name);
}

void run_gnuplot(const fs::path& folder, const std::string& name) {
  const std::string script = name + ".gp";
  const std::string again = fmt::format("cd {} && gnuplot {}", folder.string(), script);
  const auto fail = [&](const std::string& why, const std::string& hint) {
    throw Error(ErrorCode::io, "cannot draw the figures: " + why, hint + again);
  };
  std::error_code ignored;
  for (const char* ending : {".png", ".svg"}) fs::remove(folder / (name + ending), ignored);
  // -d: settings of the user's own start-up files would change the picture.
  const Ended ended = run_program({"gnuplot", "-d", script}, folder, time_limit);
  if (!ended.found) fail("gnuplot was not found", "install gnuplot-nox, then: ");
  const std::string hint =
      fmt::format("the numbers are beside {}; try: ", (folder / script).string());
  if (ended.timed_out) fail("gnuplot took longer than two minutes", hint);
  if (ended.status != 0 || !has_content(folder / (name + ".png")) ||
      !has_content(folder / (name + ".svg"))) {
    fail(fmt::format("gnuplot ended with status {}: {}", ended.status, one_line(ended.output)),
         hint);
  }
}

}  // namespace glia::report
