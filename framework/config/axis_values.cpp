// SPDX-License-Identifier: MIT
#include "config/axis_values.hpp"

#include "config/exact_range.hpp"
#include "config/item_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace glia::config {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t most_values = 1'000'000;
constexpr std::size_t longest_path = 1000;
constexpr const char* too_many = "the range has more than 1000000 values";
constexpr const char* forms =
    "write [1, 2, 3], { from = 0, to = 1, step = 0.1 }, { from = 1e-4, to = 1, count = 5, scale = "
    "\"log\" }, { uniform = [0, 1] } or { log_uniform = [1e-4, 1] }; as an argument "
    "KEY=1,2,3, KEY=range(0,1,0.1), KEY=uniform(0,1) or KEY=log_uniform(1e-4,1)";

/// 0.30000000000000004 is 0.3 to whoever wrote a step of 0.1.
double rounded(double value) {
  std::array<char, 40> text{};  // a range may have a million values, so not by way of the C library
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 12);
  std::from_chars(text.data(), end.ptr, value);
  return value;
}

/// The keys of a range, read with messages of their own.
class RangeReader {
 public:
  RangeReader(const Item& item, Diagnostics& problems) : item_(item), problems_(problems) {}

  bool read(Axis& axis) {
    if (item_.find("uniform") || item_.find("log_uniform")) return sampled(axis);
    const auto from = number("from"), to = number("to");
    if (!from || !to) return false;
    const Member* scale = item_.find("scale");
    const bool logarithmic = scale && scale->value.text() && *scale->value.text() == "log";
    if (scale && !logarithmic && !(scale->value.text() && *scale->value.text() == "linear")) {
      return fail(scale->value.source, "scale must be \"linear\" or \"log\"");
    }
    if (!only({"from", "to", "step", "count", "scale"})) return false;
    axis.logarithmic = logarithmic;
    if (item_.find("count")) return counted(axis, *from, *to, logarithmic);
    if (logarithmic) return fail(item_.source, "a range with scale = \"log\" needs a count");
    return stepped(axis, *from, *to);
  }

 private:
  bool counted(Axis& axis, double from, double to, bool logarithmic) {
    const auto* count = std::get_if<std::int64_t>(&item_.find("count")->value.scalar);
    const Source& source = item_.find("count")->value.source;
    if (item_.find("step")) return fail(source, "a range has a step or a count, not both");
    if (!count || *count < 2 || *count > most_values) {
      return fail(source, "count must be an integer from 2 to 1000000");
    }
    if (logarithmic && (from <= 0 || to <= 0)) {
      return fail(item_.source, "the ends of a range with scale = \"log\" must be above 0");
    }
    const auto whole = whole_ends();
    const std::int64_t gaps = *count - 1;
    for (std::int64_t i = 0; i <= gaps; ++i) {
      if (whole && !logarithmic) {
        const Wide way = (Wide{(*whole)[1]} - (*whole)[0]) * i;
        if (way % gaps == 0) {
          axis.values.push_back(
              integer_item(static_cast<std::int64_t>((*whole)[0] + way / gaps), item_.source));
          continue;
        }
      }
      const double part = static_cast<double>(i) / static_cast<double>(gaps);
      const double value =
          i == 0        ? from
          : i == gaps   ? to
          : logarithmic ? rounded(std::exp(std::log(from) + part * (std::log(to) - std::log(from))))
                        : rounded(from + part * (to - from));
      const bool integer = whole && value == std::trunc(value) && std::abs(value) < 1e15;
      axis.values.push_back(integer ? integer_item(static_cast<std::int64_t>(value), item_.source)
                                    : real_item(value, item_.source));
    }
    return true;
  }

  bool stepped(Axis& axis, double from, double to) {
    double step = to < from ? -1 : 1;
    if (item_.find("step")) {
      const auto given = number("step");
      if (!given) return false;
      step = *given;
    } else if (from != std::trunc(from) || to != std::trunc(to)) {
      problems_.error(
          item_.source,
          fmt::format("a range from {} to {} needs a step: only whole numbers are "
                      "counted up by one",
                      from, to),
          fmt::format("a step as in range({0},{1},{2}), or numbers that are drawn: "
                      "uniform({0},{1})",
                      std::min(from, to), std::max(from, to), rounded(std::abs(to - from) / 4)));
      return false;
    }
    if (step == 0 || (to > from) != (step > 0)) {
      if (step == 0 || to != from) {
        return fail(item_.source, "the range never gets from its start to its end");
      }
    }
    if (const auto whole = whole_ends()) {
      const auto [first, last, by] = *whole;
      const auto values = exact_steps(first, last, by, most_values);
      if (!values) return fail(item_.source, too_many);
      for (const auto value : *values) axis.values.push_back(integer_item(value, item_.source));
      return true;
    }
    const auto values = exact_steps(from, to, step, most_values);
    if (!values) return fail(item_.source, too_many);
    for (const double value : *values) axis.values.push_back(real_item(value, item_.source));
    return true;
  }

  /// from, to and step where all that was written is whole.
  std::optional<std::array<std::int64_t, 3>> whole_ends() const {
    std::array<std::int64_t, 3> ends{0, 0, 0};
    constexpr std::array keys{"from", "to", "step"};
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const Member* member = item_.find(keys[i]);
      if (!member) continue;
      const auto* value = std::get_if<std::int64_t>(&member->value.scalar);
      if (!value) return std::nullopt;
      ends[i] = *value;
    }
    if (!item_.find("step")) ends[2] = ends[1] < ends[0] ? -1 : 1;
    return ends;
  }

  bool sampled(Axis& axis) {
    const bool logarithmic = item_.find("log_uniform") != nullptr;
    const Member& member = *item_.find(logarithmic ? "log_uniform" : "uniform");
    const auto& ends = member.value.items;
    if (!only({member.key.c_str()})) return false;
    const auto low = ends.size() == 2 ? number_of(ends[0]) : std::nullopt;
    const auto high = ends.size() == 2 ? number_of(ends[1]) : std::nullopt;
    if (!low || !high || !(*low < *high)) {
      return fail(member.value.source, member.key + " must be [LOW, HIGH], with LOW below HIGH");
    }
    if (logarithmic && *low <= 0) {
      return fail(member.value.source, "the ends of log_uniform must be above 0");
    }
    const bool whole = ends[0].kind == Item::Kind::integer && ends[1].kind == Item::Kind::integer;
    if (whole && std::max(std::abs(*low), std::abs(*high)) >= 0x1p53) {
      return fail(member.value.source,
                  "integers are drawn between -9007199254740992 and 9007199254740992");
    }
    axis.sampled = SampledRange{*low, *high, logarithmic, whole};
    axis.logarithmic = logarithmic;
    return true;
  }

  std::optional<double> number(const char* key) {
    const Member* member = item_.find(key);
    if (!member) {
      fail(item_.source, fmt::format("the range lacks '{}'", key));
      return std::nullopt;
    }
    const auto value = number_of(member->value);
    if (!value) fail(member->value.source, std::string(key) + " must be a number");
    return value;
  }

  bool only(const std::vector<std::string>& known) {
    for (const auto& member : item_.members) {
      bool found = false;
      for (const auto& key : known) found = found || key == member.key;
      if (!found) return fail(member.source, fmt::format("a range has no '{}'", member.key));
    }
    return true;
  }

  bool fail(const Source& source, std::string message) {
    problems_.error(source, std::move(message), forms);
    return false;
  }

  const Item& item_;
  Diagnostics& problems_;
};

}  // namespace

bool is_seed_path(const std::string& path) {
  return path == "seeds" || path == "sweep.seeds" || path == "pipeline.seed";
}

bool is_range(const Item& item) {
  constexpr std::array keys{"from", "to", "step", "count", "scale", "uniform", "log_uniform"};
  if (!item.is_table()) return false;
  for (const char* key : keys) {
    const Member* member = item.find(key);
    if (member && !member->value.is_table()) return true;
  }
  return false;
}

std::optional<double> number_of(const Item& item) {
  if (const auto* whole = std::get_if<std::int64_t>(&item.scalar)) {
    return static_cast<double>(*whole);
  }
  const auto* real = std::get_if<double>(&item.scalar);
  return real && std::isfinite(*real) ? std::optional(*real) : std::nullopt;
}

std::string value_text(const Item& item) {
  const auto number = number_of(item);
  if (!number || std::abs(*number) >= 0x1p53) return toml_text(item);
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, *number + 0.0).ptr};  // -0 is 0
}

Item integer_item(std::int64_t value, const Source& source) {
  return {Item::Kind::integer, value, {}, {}, source};
}

Item real_item(double value, const Source& source) {
  return {Item::Kind::real, value, {}, {}, source};
}

std::optional<Axis> read_axis(const std::string& path, const Source& source, const Item& item,
                              Diagnostics& problems) {
  std::optional<std::size_t> left = most_axis_values;
  return read_axis(path, source, item, left, problems);
}

std::optional<Axis> read_axis(const std::string& path, const Source& source, const Item& item,
                              std::optional<std::size_t>& left, Diagnostics& problems) {
  Axis axis;
  axis.path = path.substr(0, longest_path + 1);
  axis.source = source;
  if (axis.path.size() > longest_path) {
    problems.error(source,
                   fmt::format("the path of an axis has more than {} characters", longest_path));
    return std::nullopt;
  }
  if (!left) return std::nullopt;
  if (item.is_array()) {
    axis.values = item.items;
    if (axis.values.empty()) {
      problems.error(item.source, fmt::format("the axis '{}' has no values", path), forms);
      return std::nullopt;
    }
  } else if (item.is_table()) {
    if (!RangeReader(item, problems).read(axis)) return std::nullopt;
  } else {
    problems.error(
        item.source,
        fmt::format("the axis '{}' must be a list or a range, not {}", path, describe(item)),
        forms);
    return std::nullopt;
  }
  if (axis.values.size() > *left) {
    left.reset();
    problems.error(item.source, "the axes of the sweep have more than 1000000 values in all",
                   "draw samples: { uniform = [LOW, HIGH] } or { log_uniform = [LOW, HIGH] }");
    return std::nullopt;
  }
  *left -= axis.values.size();
  return axis;
}

}  // namespace glia::config
