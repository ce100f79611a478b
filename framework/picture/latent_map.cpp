// SPDX-License-Identifier: MIT
#include "core/median.hpp"
#include "core/text.hpp"
#include "picture/encoder.hpp"
#include "report/axis_scale.hpp"
#include "report/legend.hpp"

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace glia::picture {
namespace {

constexpr double sheet = 760, left = 64, right = 740, plot_height = 480;

/// Two principal components of rows, [n, 2], and the part of the variance along each.
struct Components {
  at::Tensor scores;
  std::array<double, 2> share{};
};

/// By the smaller of covariance and Gram matrix. The sign is free: the score farthest from 0 is made
/// positive, so that equal samples give equal maps.
Components components_of(const at::Tensor& rows) {
  const at::Tensor all = rows.to(at::kDouble), x = all - all.mean(0);
  const bool wide = x.size(1) > x.size(0);
  const auto [values, vectors] = at::linalg_eigh(wide ? x.mm(x.t()) : x.t().mm(x));  // ascending
  const double total = values.clamp_min(0).sum().item<double>();
  Components found{at::zeros({x.size(0), 2}, at::kDouble)};
  for (std::int64_t k = 0; k < std::min<std::int64_t>(2, values.size(0)); ++k) {
    const std::int64_t from_end = values.size(0) - 1 - k;
    const at::Tensor value = values[from_end].clamp_min(0);
    at::Tensor score =
        wide ? vectors.select(1, from_end) * value.sqrt() : x.mv(vectors.select(1, from_end));
    if (score[score.abs().argmax()].item<double>() < 0) score = -score;
    found.scores.select(1, k).copy_(score);
    found.share[static_cast<std::size_t>(k)] = total > 0 ? value.item<double>() / total : 0;
  }
  return found;
}

struct Plot {
  report::AxisScale x, y;
  double top = 0;

  double at_x(double value) const { return left + x.share(value) * (right - left); }
  double at_y(double value) const { return top + (1 - y.share(value)) * plot_height; }
};

report::AxisScale scale_of(const at::Tensor& scores) {
  const double low = scores.min().item<double>(), high = scores.max().item<double>();
  const double room = 0.03 * (high - low);
  return report::AxisScale::numbers(low - room, high + room);
}

void draw_axes(const Components& found, const Plot& plot, report::Drawing& drawing) {
  const double bottom = plot.top + plot_height;
  for (const auto& [share, text] : plot.y.marks(6)) {
    const double y = plot.top + (1 - share) * plot_height;
    drawing.line(left, y, right, y, "grid");
    drawing.text(left - 6, y + 4, text, "small", "end");
  }
  for (const auto& [share, text] : plot.x.marks(8)) {
    drawing.text(left + share * (right - left), bottom + 16, text, "small", "middle");
  }
  drawing.line(left, bottom, right, bottom, "axis");
  const auto label = [&](std::size_t k) {
    return fmt::format("component {}: {} % of the variance", k + 1,
                       rounded(100 * found.share[k], 1));
  };
  drawing.text((left + right) / 2, bottom + 36, label(0), "", "middle");
  drawing.text(16, plot.top + plot_height / 2, label(1), "", "middle", -90);
}

/// Filled dots in the colours that there are; further classes in the same colours, hollow.
void draw_dot(double x, double y, std::size_t number, report::Drawing& drawing) {
  const std::string color = std::to_string(number % report::series_colors);
  const bool hollow = number / report::series_colors % 2 == 1;
  drawing.circle(x, y, hollow ? 2.2 : 2.4, (hollow ? "ring l" : "s") + color);
}

/// The samples of one class, which are said to be at its name.
void draw_class(const std::string& name, std::size_t number, const std::vector<std::int64_t>& of,
                const at::Tensor& scores, const Plot& plot, report::Drawing& drawing) {
  std::string samples, xs, ys;
  const auto* at = scores.data_ptr<double>();
  for (const auto i : of) {
    const char* blank = samples.empty() ? "" : " ";
    samples += fmt::format("{}{}", blank, i);
    xs += fmt::format("{}{:.9g}", blank, at[2 * i]);
    ys += fmt::format("{}{:.9g}", blank, at[2 * i + 1]);
  }
  drawing.open_group("class", {{"class", name}, {"samples", samples}, {"x", xs}, {"y", ys}});
  for (const auto i : of) draw_dot(plot.at_x(at[2 * i]), plot.at_y(at[2 * i + 1]), number, drawing);
  drawing.close_group();
}

}  // namespace

Figure latent_map(const EncoderView& view) {
  const Components found = components_of(view.latents);
  std::vector<std::string> names = view.classes;
  if (names.empty()) names = {"samples"};
  std::vector<std::vector<std::int64_t>> members(names.size());
  std::string csv = "sample,class,pc1,pc2\n";
  const auto* at = found.scores.data_ptr<double>();
  for (std::int64_t i = 0; i < view.size(); ++i) {
    const auto label = view.labels.empty() ? 0 : view.labels[static_cast<std::size_t>(i)];
    members.at(static_cast<std::size_t>(label)).push_back(i);
    csv +=
        fmt::format("{},{},{:.9g},{:.9g}\n", i,
                    view.classes.empty() ? "" : csv_field(names[static_cast<std::size_t>(label)]),
                    at[2 * i], at[2 * i + 1]);
  }
  const report::Legend legend(left, right, 12, names);
  const Plot plot{scale_of(found.scores.select(1, 0)), scale_of(found.scores.select(1, 1)),
                  58 + legend.height()};
  const std::string heading = fmt::format("Map of the latents: {}", view.name);
  const std::string title =
      fmt::format("{}, n = {}; means of the code along two of {} principal components", view.data,
                  view.size(), std::min(view.width(), view.size()));
  report::Drawing drawing(sheet, plot.top + plot_height + 48, heading, title);
  drawing.text(16, 20, one_line(heading), "heading");
  drawing.text(16, 38, one_line(title), "");
  legend.draw(drawing, 52,
              [&](std::size_t i, double x, double y) { draw_dot(x + 6, y + 6, i, drawing); });
  draw_axes(found, plot, drawing);
  for (std::size_t c = 0; c < names.size(); ++c) {
    draw_class(names[c], c, members[c], found.scores, plot, drawing);
  }
  for (std::size_t c = 0; c < view.classes.size(); ++c) {
    std::vector<double> xs, ys;
    for (const auto i : members[c]) xs.push_back(at[2 * i]), ys.push_back(at[2 * i + 1]);
    if (xs.empty()) continue;
    drawing.text(plot.at_x(median_of(xs)), plot.at_y(median_of(ys)) + 4, shortened(names[c], 16),
                 "heading halo", "middle");
  }
  return {"map", std::move(drawing), std::move(csv)};
}

}  // namespace glia::picture
