// SPDX-License-Identifier: MIT
// Folders as a sweep leaves them, made up by a formula.
#pragma once

#include "core/files.hpp"
#include "report/study.hpp"

#include <glia/sdk/random.hpp>

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

struct MadeAxis {
  std::string path;
  std::vector<nlohmann::json> values;
};

struct MadeSweep {
  std::vector<MadeAxis> axes;
  int seeds = 3;
  std::vector<std::string> heads{"astrocytes", "neurons"};
  int epochs = 4;
  double shift = 0;        ///< added to every accuracy
  int collapse_every = 0;  ///< every so-manieth run of the first head collapses
  int fail_every = 0;      ///< every so-manieth trial fails
  bool validated = false;  ///< samples are kept for validation: 0.05 less there than on test
  bool values = false;     ///< heads of a regression, with a tolerance of 0.01 and R2
  std::string name = "made up";
};

/// Accuracy 0.8 for the first head and 0.1 more for the next, with a little noise by seed.
inline nlohmann::json made_head(const MadeSweep& sweep, std::size_t head, int seed, int trial) {
  glia::RandomStream random(static_cast<std::uint64_t>(seed), "made", head);
  const bool collapsed =
      head == 0 && sweep.collapse_every && trial % sweep.collapse_every == sweep.collapse_every - 1;
  const double noise = 0.02 * static_cast<double>(random.uniform());
  const double best =
      collapsed ? 0.1135 : 0.8 + 0.1 * static_cast<double>(head) + sweep.shift + noise;
  auto curve = nlohmann::json::array();
  for (int e = 1; e <= sweep.epochs; ++e) {
    const double gap = std::exp(1 - e);
    curve.push_back({{"epoch", e},
                     {"train_loss", 0.5 + gap},
                     {"test_accuracy", best - gap * 0.1},
                     {"test_loss", 0.6 + gap}});
  }
  nlohmann::json made{{"test_accuracy", best}, {"test_loss", 0.6}, {"collapsed", collapsed},
                      {"parameters", 560},     {"chance", 0.1},    {"curve", curve}};
  if (sweep.validated) {
    made["validation_accuracy"] = best - 0.05;
    made["validation_loss"] = 0.7;
    for (auto& point : made["curve"]) {
      point["validation_accuracy"] = point["test_accuracy"].get<double>() - 0.05;
      point["validation_loss"] = 0.7;
    }
  }
  if (sweep.values) {
    made["test_r2"] = 0.5 + noise;
    if (sweep.validated) made["validation_r2"] = 0.25 + noise;
  }
  return made;
}

inline nlohmann::json made_trials(const MadeSweep& sweep) {
  std::vector<nlohmann::json> points{nlohmann::json::object()};
  for (const auto& axis : sweep.axes) {
    std::vector<nlohmann::json> more;
    for (const auto& point : points) {
      for (const auto& value : axis.values) {
        more.push_back(point);
        more.back()[axis.path] = value;
      }
    }
    points = std::move(more);
  }
  auto trials = nlohmann::json::array();
  for (const auto& point : points) {
    for (int seed = 1; seed <= sweep.seeds; ++seed) {
      const int number = static_cast<int>(trials.size());
      const bool failed = sweep.fail_every && number % sweep.fail_every == sweep.fail_every - 1;
      nlohmann::json heads = nlohmann::json::object();
      for (std::size_t h = 0; !failed && h < sweep.heads.size(); ++h) {
        heads[sweep.heads[h]] = made_head(sweep, h, seed, number);
      }
      trials.push_back({{"trial", number},
                        {"seed", seed},
                        {"status", failed ? "failed" : "ok"},
                        {"values", point},
                        {"heads", heads},
                        {"seconds", 1.5},
                        {"error", failed ? "signal 11 <&> in 'latent'" : ""}});
    }
  }
  return trials;
}

/// Writes the folder and returns it.
inline std::filesystem::path make_sweep(const std::filesystem::path& folder,
                                        const MadeSweep& sweep) {
  std::filesystem::create_directories(folder);
  auto axes = nlohmann::json::array();
  for (const auto& axis : sweep.axes)
    axes.push_back({{"path", axis.path}, {"values", axis.values}});
  const nlohmann::json all{{"format", "glia-sweep/1"},
                           {"id", folder.filename().string()},
                           {"pipeline", sweep.name},
                           {"status", "ok"},
                           {"axes", axes},
                           {"trials", made_trials(sweep)}};
  glia::write_file(folder / "results.json", all.dump());
  glia::write_file(folder / "pipeline.toml", "[pipeline]\nname = \"a & b\" # <here>\n");
  glia::write_file(
      folder / "resolved.toml",
      "[pipeline]\nname = \"x\"\nseed = 1\n\n[network.m]\npattern = [\n  { wave = "
      "\"leak\", sigma = 0.2 },\n]\n[head.astrocytes]\ntrain = { epochs = " +
          std::to_string(sweep.epochs) + " }\n" +
          (sweep.values ? "[head.price]\nplugin = \"regression\"\ntolerance = 0.01\n" : ""));
  return folder;
}
