// SPDX-License-Identifier: MIT
// Adding a thing costs one place: a disturbance of this file, and the layer that a pipeline calls it
// by, run in the engine and as LibTorch operations, forward and backward.
#include "wave/disturbance.hpp"

#include "config/editor_schema.hpp"
#include "toy_parts.hpp"
#include "wave/backend.hpp"

#include <nlohmann/json.hpp>
#include <torch/csrc/autograd/autograd.h>

using namespace glia;

namespace {

/// Scales each cell by a number between 1 - level and 1 + level, in training and in testing.
struct Flicker {
  template <class T>
  T operator()(T number, T level) const {
    return T(1) + level * (T(2) * number - T(1));
  }
};

wave::DisturbanceEntry how() {
  wave::DisturbanceEntry entry;
  entry.numbers = wave::DisturbanceEntry::Numbers::uniform;
  entry.scales = true;
  return entry;
}

const Registered<wave::DisturbanceEntry> registered(wave::disturbance<Flicker>("flicker",
                                                                               "Cells flicker.",
                                                                               how()));

struct FlickerConfig {
  double level = 0.2;
};
constexpr auto flicker_schema = schema<FlickerConfig>(
    field(&FlickerConfig::level, "level").at_least(0).below(1).doc("How much cells flicker."));

class FlickerLayer final : public DisturbanceLayer {
 public:
  explicit FlickerLayer(FlickerConfig config) : config_(config) {}
  Disturbance disturbance() const override { return {{"flicker"}, config_.level}; }

 private:
  FlickerConfig config_;
};

/// One that names a disturbance that nobody has.
class Lost final : public DisturbanceLayer {
 public:
  explicit Lost(toy::Nothing) {}
  Disturbance disturbance() const override { return {{"flikker"}, 1}; }
};

const Catalog& parts() {
  static const auto all = [] {
    auto made = std::make_unique<toy::Parts>();
    made->add(wave_layer<FlickerLayer>("flicker", flicker_schema, "Cells flicker."));
    made->add(wave_layer<Lost>("lost", toy::nothing, "Means something else."));
    return made;
  }();
  return *all;
}

std::string flickering(const std::string& step, const std::string& head = "classes") {
  return toy::start + "[network.last]\ninput = \"eye\"\nnarrow_to = 2\npattern = [" + step +
         ", { wave = \"narrow\" }]\n[head.answer]\nplugin = \"" + head +
         "\"\ninput = \"last\"\ntrain = { epochs = 2, batch_size = 16 }\n";
}

const std::string step = "{ wave = \"flicker\", level = 0.5 }";

}  // namespace

TEST_CASE("a disturbance of one file is checked, listed and part of the identity") {
  const auto pipeline = toy::load(flickering(step), parts());
  bool found = false;
  for (const auto& setting : pipeline.settings) {
    found |= setting.path == "network.last.pattern.0.level" && setting.value == "0.5";
  }
  CHECK(found);
  CHECK(toy::errors(flickering("{ wave = \"fliker\" }"), parts()).find("did you mean 'flicker'?") !=
        std::string::npos);
  CHECK(toy::errors(flickering("{ wave = \"flicker\", levl = 1 }"), parts())
            .find("did you mean 'level'?") != std::string::npos);
  CHECK(config::editor_schema(parts()).find("How much cells flicker.") != std::string::npos);
  CHECK(find_declared("disturbance", "flicker") != nullptr);
  CHECK(declared("disturbance").size() == 3);
  const auto key = [](const std::string& each) {
    return toy::key_of(flickering(each), "answer/train", parts());
  };
  CHECK(key(step) != key("{ wave = \"flicker\" }"));
  CHECK(key("{ wave = \"flicker\" }") == key("{ wave = \"flicker\", level = 0.2 }"));
}

TEST_CASE("a layer that means a disturbance that nobody has is refused before a run") {
  CHECK(toy::errors(flickering("{ wave = \"lost\" }"), parts()) ==
        "FILE:8:1: error: there is no disturbance 'flikker', in wave 'lost' (FILE:9:14) on a sheet "
        "of 2 × 3 cells\n"
        "  hint: the engine has 'drop', 'flicker' and 'noise'");
}

TEST_CASE("it draws the same in every backend, forward and backward") {
  const auto program = std::make_shared<wave::Program>(
      5, std::vector<wave::Op>{wave::DisturbOp{{{"flicker"}, 0.5}, 0, 3}});
  const at::Tensor x = at::ones({300, 5}, at::kFloat).requires_grad_();
  std::vector<at::Tensor> rows, gradients;
  for (const char* name : {"vector", "torch"}) {
    RandomStream random(7, "net", 1);
    const at::Tensor y = wave::backend(name).run(program, x, {}, {false, &random});
    rows.push_back(y.detach());
    gradients.push_back(torch::autograd::grad({y.sum()}, {x}).at(0));
  }
  CHECK(rows[0].allclose(rows[1]));
  CHECK(rows[0].allclose(gradients[0]));  // y = x * factor at x = 1
  CHECK(gradients[0].allclose(gradients[1]));
  CHECK(rows[0].min().item<double>() >= 0.5);
  CHECK(rows[0].max().item<double>() <= 1.5);
  CHECK(rows[0].std().item<double>() == Approx(0.5 / std::sqrt(3.0)).epsilon(0.1));
}

TEST_CASE("a network with it trains in the engine as through autograd") {
  const TempFolder first, second;
  const auto engine = toy::run(flickering(step), first.path(), {}, 1, parts());
  const auto autograd = toy::run(flickering(step, "plain"), second.path(), {}, 1, parts());
  for (std::size_t e = 0; e < 2; ++e) {
    CHECK(engine.heads.at("answer").curve[e].train_loss ==
          Approx(autograd.heads.at("answer").curve[e].train_loss).epsilon(1e-4));
  }
}
