// SPDX-License-Identifier: MIT
// Rows that meet:  eye -> left -> right,  left and right -> both -> answer
#include "toy_parts.hpp"

#include <torch/csrc/autograd/autograd.h>

namespace {

using toy::errors;

/// One step of size 1 over all samples, so that what the parameters lose is the gradient.
const std::string one_step =
    "train = { epochs = 1, batch_size = 40, learning_rate = 1, optimizer = \"sgd\", shuffle = "
    "false }\n";

std::string graph_of(const std::string& inputs, const std::string& train = one_step) {
  return toy::start + R"([network.left]
input = "eye"
keep_last_activation = true
pattern = [{ wave = "free", width = 3 }, { activation = "tanh" }]
[network.right]
input = "left"
pattern = [{ wave = "free", width = 3 }]
[network.both]
)" + inputs +
         R"(
pattern = [{ wave = "free", width = 2 }]
[head.answer]
plugin = "plain"
input = "both"
)" + train;
}

const std::string concat = "input = [\"left\", \"right\"]\njoin = \"concat\"";
const std::string add = "input = [\"left\", \"right\"]\njoin = \"add\"";

/// Waves that the engine knows, with a row that is added to one made of it.
std::string skipping(const std::string& head) {
  return toy::start + R"([network.near]
input = "eye"
keep_last_activation = true
pattern = [{ wave = "keep" }, { activation = "tanh" }]
[network.last]
input = ["near", "eye"]
join = "add"
narrow_to = 2
pattern = [{ wave = "narrow" }]
[head.answer]
plugin = ")" +
         head +
         "\"\ninput = \"last\"\ntrain = { epochs = 3, batch_size = 16, learning_rate = 0.1 }\n";
}

}  // namespace

TEST_CASE("gradients through joined rows are those of the formula") {
  for (const auto& join : {concat, add}) {
    const TempFolder before, after;
    toy::run(toy::with(graph_of(join), "learning_rate = 1,", "learning_rate = 1e-30,"),
             before.path());
    toy::run(graph_of(join), after.path());
    auto start = toy::tensors_of(before.path() / "answer.safetensors");
    const auto end = toy::tensors_of(after.path() / "answer.safetensors");
    REQUIRE(start.size() == 3);

    const auto [x, labels] = toy::samples();
    std::vector<at::Tensor> weights;
    for (const char* name : {"left", "right", "both"}) {
      weights.push_back(start.at(std::string(name) + ".0.free.weight").requires_grad_());
    }
    const at::Tensor left = x.matmul(weights[0]).tanh(), right = left.matmul(weights[1]);
    const at::Tensor both = join == add ? left + right : at::cat({left, right}, 1);
    const at::Tensor loss =
        -both.matmul(weights[2]).log_softmax(1).gather(1, labels.unsqueeze(1)).mean();
    const auto gradients = torch::autograd::grad({loss}, weights);
    std::size_t i = 0;
    for (const char* name : {"left", "right", "both"}) {
      const std::string full = std::string(name) + ".0.free.weight";
      const at::Tensor lost = start.at(full).detach() - end.at(full);
      CAPTURE(full, lost, gradients[i]);
      CHECK(gradients[i].abs().max().item<double>() > 1e-3);
      CHECK(lost.allclose(gradients[i], 1e-3, 1e-6));
      ++i;
    }
  }
}

TEST_CASE("the engine runs a sum of rows as autograd does") {
  const TempFolder first, second;
  const auto engine = toy::run(skipping("classes"), first.path()).heads.at("answer");
  const auto autograd = toy::run(skipping("plain"), second.path()).heads.at("answer");
  REQUIRE(engine.curve.size() == 3);
  for (std::size_t e = 0; e < 3; ++e) {
    CHECK(engine.curve[e].train_loss == Approx(autograd.curve[e].train_loss).epsilon(1e-5));
    CHECK(engine.curve[e].test_loss == Approx(autograd.curve[e].test_loss).epsilon(1e-5));
  }
  // The row that is added counts: without it the numbers are others.
  const TempFolder third;
  const auto without =
      toy::with(skipping("classes"), "[\"near\", \"eye\"]\njoin = \"add\"", "\"near\"");
  const auto other = toy::run(without, third.path()).heads.at("answer");
  CHECK(std::abs(other.curve[0].test_loss - engine.curve[0].test_loss) > 1e-4);
}

TEST_CASE("rows on a path that joins are recorded, the joined one too") {
  const TempFolder folder;
  const auto recorded =
      toy::with(skipping("classes"), "[head.answer]\n", "[head.answer]\nrecord_rows = true\n");
  const auto head = toy::run(recorded, folder.path()).heads.at("answer");
  std::string names;
  for (const auto& row : head.rows) names += row.step + ' ' + std::to_string(row.cells) + ' ';
  CHECK(names == "eye 6 keep 6 tanh 6 add 6 narrow 5 narrow 4 narrow 3 narrow 2 ");
  CHECK(head.row_epochs.size() == 4);
}

TEST_CASE("a head may read several rows itself") {
  const std::string text =
      toy::with(graph_of(concat), "input = \"both\"", R"(input = ["both", "last"]
join = "add"
[network.last]
input = "left"
pattern = [{ wave = "free", width = 2 }]
[head.other]
plugin = "classes"
input = "both")");
  const TempFolder folder;
  const auto results = toy::run(text, folder.path());
  CHECK(results.heads.at("answer").parameters == 18 + 9 + 12 + 6);
  CHECK(results.heads.at("other").parameters == 18 + 9 + 12);
  CHECK(results.heads.at("answer").confusion.at("test").size() == 2);
}

TEST_CASE("mistakes in lists of inputs are found where they are written") {
  CHECK(errors(graph_of("input = [\"left\", \"right\"]")) ==
        "FILE:14:10: error: network 'both' reads 2 nodes, and nothing says how they become one "
        "row\n"
        "  hint: add join = \"concat\" (one row after the other) or join = \"add\" (cell to cell)");
  CHECK(errors(graph_of("input = \"left\"\njoin = \"add\"")) ==
        "FILE:15:8: error: 'join' has no effect: network 'both' reads one node\n"
        "  hint: leave it out, or write input = [\"NAME\", \"NAME\"]");
  CHECK(errors(graph_of("input = [\"left\"]\njoin = \"add\"")) ==
        "FILE:14:10: error: 'input' is a list of one\n"
        "  hint: write input = \"left\"");
  CHECK(errors(graph_of("input = []\njoin = \"add\"")) ==
        "FILE:13:10: error: the list 'input' of network 'both' is empty\n"
        "  hint: a network reads an encoder, a task or another network");
  CHECK(errors(graph_of("input = [\"left\", \"left\"]\njoin = \"add\"")) ==
        "FILE:14:18: error: 'left' stands twice in 'input' of network 'both'\n"
        "  hint: name it once");
  CHECK(errors(graph_of("input = [\"left\", \"right\"]\njoin = \"ad\"")) ==
        "FILE:15:8: error: join must be one of 'add' and 'concat', not \"ad\"\n"
        "  hint: did you mean 'add'?");
  CHECK(errors(graph_of("input = [\"left\", \"rihgt\"]\njoin = \"add\"")) ==
        "FILE:14:18: error: there is no node 'rihgt' to read from\n"
        "  hint: did you mean 'right'?");
  CHECK(errors(graph_of("input = [\"left\", 3]\njoin = \"add\"")) ==
        "FILE:14:18: error: input[1] must be text, not the integer 3\n"
        "  hint: put it in quotes");
  CHECK(errors(graph_of("input = [\"left\", \"both\"]\njoin = \"add\"")) ==
        "FILE:14:18: error: the networks read each other in a circle: both -> both\n"
        "  hint: one of them has to read an encoder");
  CHECK(errors(graph_of("input = [\"left\", \"eye\"]\njoin = \"add\"")) ==
        "FILE:14:18: error: join = \"add\" adds rows of one width, but they have 3 and 6 cells, in "
        "the edges from network 'left' and encoder 'eye' to network 'both'\n"
        "  hint: narrow or widen one of them, or write join = \"concat\"");
}

TEST_CASE("paths that begin at two encoders are refused") {
  CHECK(errors(graph_of("input = [\"left\", \"other\"]\njoin = \"concat\"") + R"([encoder.other]
plugin = "same"
input = "dots"
)")
            .find("error: the paths to head 'answer' begin at two encoders, 'eye' and 'other'") !=
        std::string::npos);
}

TEST_CASE("how rows are joined is part of the identity, and of the resolved file") {
  const auto key = [](const std::string& text) { return toy::key_of(text, "answer/train"); };
  const std::string swapped = "input = [\"right\", \"left\"]\njoin = \"concat\"";
  CHECK(key(graph_of(concat)) != key(graph_of(add)));
  CHECK(key(graph_of(concat)) != key(graph_of(swapped)));
  CHECK(key(graph_of(concat)) != key(graph_of("input = \"right\"")));
  for (const auto& join : {concat, add}) {
    const auto resolved = toy::load(graph_of(join)).resolved_toml();
    CHECK(resolved.find(join.substr(0, join.find('\n'))) != std::string::npos);
    CHECK(toy::load(resolved).resolved_toml() == resolved);
    CHECK(key(resolved) == key(graph_of(join)));
  }
  CHECK(toy::load(graph_of("input = \"right\"")).resolved_toml().find("join") == std::string::npos);
}

TEST_CASE("a graph with joins is drawn with all its edges") {
  CHECK(toy::mermaid(graph_of(add)) ==
        "flowchart LR\n"
        "  node_dots[\"dataset dots<br>dots 1.0.0\"]\n"
        "  node_eye[\"encoder eye<br>same 1.0.0\"]\n"
        "  node_left[\"network left<br>free 2 × 3 → 3 (autograd)<br>tanh\"]\n"
        "  node_right[\"network right<br>free 3 → 3 (autograd)\"]\n"
        "  node_both[\"network both<br>add 3 + 3 → 3<br>free 3 → 2 (autograd)\"]\n"
        "  node_answer[\"head answer<br>plain 1.0.0\"]\n"
        "  node_dots -->|\"B × 6 (2 × 3), float32\"| node_eye\n"
        "  node_eye -->|\"B × 2 × 3 cells, sample\"| node_left\n"
        "  node_left -->|\"B × 3 cells\"| node_right\n"
        "  node_left -->|\"B × 3 cells\"| node_both\n"
        "  node_right -->|\"B × 3 cells\"| node_both\n"
        "  node_both -->|\"B × 2 cells\"| node_answer\n");
}
