// SPDX-License-Identifier: MIT
// Networks in time: eye (2 x 3: two passes that hear three numbers) -> brain -> answer
#include "toy_parts.hpp"

#include <torch/csrc/autograd/autograd.h>

namespace {

using toy::errors;

std::string brain(const std::string& keys, const std::string& pattern = "{ wave = \"keep\" }",
                  const std::string& last = "input = \"brain\"\npattern = [{ wave = \"free\" }]") {
  return toy::start + "[network.brain]\ninput = \"eye\"\n" + keys + "pattern = [" + pattern +
         "]\n[network.last]\n" + last + R"(
[head.answer]
plugin = "plain"
input = "last"
train = { epochs = 1, batch_size = 40, learning_rate = 1, optimizer = "sgd", shuffle = false }
)";
}

/// A row that is no sheet: the brain hears what a network of one row leaves.
std::string still(const std::string& keys) {
  std::string text =
      brain(keys) + "[network.flat]\ninput = \"eye\"\npattern = [{ wave = \"keep\" }]\n";
  return text.replace(text.find("input = \"eye\"\n"), 14, "input = \"flat\"\n");
}

glia::graph::NetworkLayout layout(const std::string& text) {
  const auto pipeline = toy::load(text);
  return glia::graph::check_shapes(pipeline.spec).networks.at("brain");
}

std::string rows_in_time(const std::string& text) {
  std::string all;
  const auto laid = layout(text);
  for (const auto& row : laid.rows) {
    all += row.step.name;
    if (row.step.shares) all += std::to_string(*row.step.shares);
    all += ' ';
  }
  return all + glia::graph::shape_text(laid.out);
}

const std::string wide = "cells = 5\n";

}  // namespace

TEST_CASE("a sheet is heard row by row, and all passes use the weights of the first") {
  CHECK(rows_in_time(brain(wide)) == "rest inject keep inject keep2 5");
  CHECK(rows_in_time(brain("steps = 2\n" + wide)) == rows_in_time(brain(wide)));
  CHECK(rows_in_time(brain("steps = 2\n")) == "rest inject keep inject keep2 3");
  CHECK(rows_in_time(brain(wide + "readout = \"mean\"\n")) ==
        "rest inject keep inject keep2 mean 5");
  CHECK(rows_in_time(brain(wide + "readout = \"every\"\n")) ==
        "rest inject keep inject keep2 every 2 × 5");
  CHECK(rows_in_time(brain(wide + "truncate = 1\n")) == "rest inject keep cut inject keep2 5");
  // An activation is part of every pass, the last one too.
  CHECK(rows_in_time(brain(wide, "{ wave = \"keep\" }, { activation = \"tanh\" }")) ==
        "rest inject keep tanh inject keep2 tanh 5");
  CHECK(rows_in_time(brain(wide + "repeat = 2\nskip = true\n")) ==
        "rest inject keep skip keep skip inject keep2 skip keep4 skip 5");
}

TEST_CASE("any other row is heard in every pass") {
  const auto laid = layout(still("steps = 3\ncells = 8\n"));
  REQUIRE(laid.time);
  CHECK(laid.time->passes == 3);
  CHECK(laid.time->heard == 6);
  CHECK_FALSE(laid.time->moves);
  CHECK(laid.time->inject == std::vector<std::int32_t>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("the cells that hear are those in the middle, or those that are named") {
  const auto cells = [](const std::string& keys) { return layout(brain(keys)).time->inject; };
  CHECK(cells(wide) == std::vector<std::int32_t>{1, 2, 3});
  CHECK(cells(wide + "inject = [2]\n") == std::vector<std::int32_t>{2, 3, 4});
  CHECK(cells(wide + "inject = [4, 0, 2]\n") == std::vector<std::int32_t>{4, 0, 2});
}

TEST_CASE("what does not fit is an error at its key") {
  CHECK(errors(brain("steps = 0\n" + wide))
            .find("FILE:8:9: error: steps must be at least 1, not 0") != std::string::npos);
  CHECK(errors(brain("steps = 3\n" + wide)) ==
        "FILE:8:9: error: steps = 3, but the sheet that network 'brain' hears has 2 rows of 3 "
        "numbers: one for each pass\n"
        "  hint: write steps = 2, or leave it out");
  CHECK(errors(still(wide)) ==
        "FILE:8:9: error: network 'brain' is one in time, but does not say for how many passes: "
        "the row of 6 numbers that it hears has no rows of its own\n"
        "  hint: add 'steps', the number of passes; every pass hears that row");
  CHECK(errors(brain("cells = 2\n")) ==
        "FILE:8:9: error: a pass of network 'brain' hears 3 numbers, but its state has only 2 "
        "cells\n"
        "  hint: write cells = 3 or more");
  CHECK(errors(brain(wide + "inject = [3]\n")) ==
        "FILE:9:10: error: inject reaches cell 5, but the state of network 'brain' has cells 0 to "
        "4\n"
        "  hint: write inject = [2] or less: 3 neighbours hear the input");
  CHECK(errors(brain(wide + "inject = [3, 3, 1]\n"))
            .starts_with("FILE:9:10: error: inject names cell 3 twice\n"));
  CHECK(errors(brain(wide + "inject = [3, 1]\n"))
            .starts_with("FILE:9:10: error: inject names 2 cells, but a pass of network 'brain' "
                         "hears 3 numbers\n"));
  CHECK(errors(brain("readout = \"mean\"\n")) ==
        "FILE:8:1: error: 'readout' is for networks in time, and 'network.brain' is none\n"
        "  hint: add 'steps', the number of passes, or 'cells', the width of the state that is "
        "carried");
  CHECK(errors(brain(wide, "{ wave = \"narrow\" }")) ==
        "FILE:6:10: error: one pass in time turns the state of 5 cells into 4 cells\n"
        "  hint: the pattern must keep the width: use waves such as slide, or as many that narrow "
        "as that widen");
  CHECK(errors(brain(wide, "{ wave = \"free\", width = 5 }")) ==
        "FILE:6:10: error: wave 'free' (FILE:9:14) is a general layer, and those cannot be passed "
        "through in time\n"
        "  hint: use stencil layers, activations and disturbances, or leave out 'steps' and "
        "'cells'");
}

TEST_CASE("what is resolved is the same network, and what it does is part of its key") {
  for (const std::string keys :
       {"cells = 5\n", "steps = 2\ncells = 4\n", "steps = 2\n",
        "cells = 5\ninject = [4, 0, 2]\nreadout = \"mean\"\ntruncate = 1\n"}) {
    const auto pipeline = toy::load(brain(keys));
    CHECK(rows_in_time(pipeline.resolved_toml()) == rows_in_time(brain(keys)));
    CHECK(layout(pipeline.resolved_toml()).time->inject == layout(brain(keys)).time->inject);
  }
  const auto key = [](const std::string& keys) { return toy::key_of(brain(keys), "answer/train"); };
  REQUIRE_FALSE(key(wide).empty());
  CHECK(key(wide) != key(wide + "inject = [0]\n"));
  CHECK(key(wide) != key(wide + "truncate = 1\n"));
}

TEST_CASE("a drawing shows the loop") {
  const std::string drawn =
      toy::mermaid(brain(wide, "{ wave = \"keep\" }, { activation = \"tanh\" }"));
  CAPTURE(drawn);
  CHECK(drawn.find("2 passes over a state of 5 cells:") != std::string::npos);
  CHECK(drawn.find("↻ inject 3, a row of the sheet a pass") != std::string::npos);
  CHECK(drawn.find("then the last state") != std::string::npos);
}

TEST_CASE("training goes back through time") {
  const std::string text = brain(wide, "{ wave = \"keep\" }, { activation = \"tanh\" }");
  auto small = text;
  small.replace(small.find("learning_rate = 1,"), 18, "learning_rate = 1e-30,");
  const TempFolder before, after;
  toy::run(small, before.path());
  toy::run(text, after.path());
  auto start = toy::tensors_of(before.path() / "answer.safetensors");
  const auto end = toy::tensors_of(after.path() / "answer.safetensors");
  std::vector<std::string> names;
  std::vector<at::Tensor> weights;
  for (auto& [name, tensor] : start) {
    names.push_back(name);
    weights.push_back(tensor.requires_grad_());
  }
  CHECK(names ==
        std::vector<std::string>{"brain.2.keep.bias", "brain.2.keep.weight", "last.0.free.weight"});
  const auto [x, labels] = toy::samples();
  at::Tensor state = at::zeros({x.size(0), 5}, at::kDouble);
  for (std::int64_t t = 0; t < 2; ++t) {
    state = state + at::constant_pad_nd(x.narrow(1, 3 * t, 3), {1, 1});
    state = (state * weights[1] + weights[0]).tanh();
  }
  const at::Tensor loss =
      -state.matmul(weights[2]).log_softmax(1).gather(1, labels.unsqueeze(1)).mean();
  const auto gradients = torch::autograd::grad({loss}, weights);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const at::Tensor lost = start.at(names[i]).detach() - end.at(names[i]);
    CAPTURE(names[i], lost, gradients[i]);
    CHECK(gradients[i].abs().max().item<double>() > 1e-3);
    CHECK(lost.allclose(gradients[i], 1e-3, 1e-6));
  }
}

TEST_CASE("the engine, autograd and the torch backend train a network in time alike") {
  const auto text = [](const std::string& head, const std::string& backend) {
    return toy::start + "[network.brain]\ninput = \"eye\"\ncells = 4\nreadout = \"every\"\n" +
           "pattern = [{ wave = \"keep\" }, { activation = \"tanh\" }]\n" +
           "[network.last]\ninput = \"brain\"\nnarrow_to = 2\npattern = [{ wave = \"narrow\" }]\n" +
           "[head.answer]\nplugin = \"" + head + "\"\ninput = \"last\"\n" +
           "train = { epochs = 3, batch_size = 16, learning_rate = 0.1, backend = \"" + backend +
           "\" }\n";
  };
  const TempFolder first, second, third;
  const auto engine = toy::run(text("classes", "vector"), first.path()).heads.at("answer");
  const auto autograd = toy::run(text("plain", "vector"), second.path()).heads.at("answer");
  const auto torch = toy::run(text("classes", "torch"), third.path()).heads.at("answer");
  REQUIRE(engine.curve.size() == 3);
  for (std::size_t e = 0; e < 3; ++e) {
    CHECK(engine.curve[e].train_loss == Approx(autograd.curve[e].train_loss).epsilon(1e-5));
    CHECK(engine.curve[e].test_loss == Approx(autograd.curve[e].test_loss).epsilon(1e-5));
    CHECK(torch.curve[e].train_loss == Approx(autograd.curve[e].train_loss).epsilon(1e-5));
  }
}
