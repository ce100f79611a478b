// SPDX-License-Identifier: MIT
// Heads that are trained together:  eye -> trunk -> a -> first,  trunk -> b -> second
#include "toy_parts.hpp"

#include <torch/csrc/autograd/autograd.h>

#include <atomic>

namespace {

using toy::errors;

std::string shared(const std::string& training, const std::string& of_first = "",
                   const std::string& plugin = "plain") {
  return toy::start + R"([network.trunk]
input = "eye"
keep_last_activation = true
pattern = [{ wave = "free", width = 3 }, { activation = "tanh" }]
[network.a]
input = "trunk"
pattern = [{ wave = "free", width = 2 }]
[network.b]
input = "trunk"
pattern = [{ wave = "free", width = 2 }]
[head.first]
plugin = ")" +
         plugin + "\"\ninput = \"a\"\n" + of_first +
         "[head.second]\nplugin = \"plain\"\ninput = \"b\"\n" + training;
}

const std::string pair = R"([training.pair]
heads = ["first", "second"]
weights = [1, 0.25]
train = { epochs = 1, batch_size = 40, learning_rate = 1, optimizer = "sgd", shuffle = false }
)";

const std::string some_epochs = R"([training.pair]
heads = ["first", "second"]
train = { epochs = 4, batch_size = 8, learning_rate = 0.05 }
)";

std::string text_of(const glia::results::HeadResult& head) {
  std::string text = std::to_string(head.parameters) + (head.collapsed ? " collapsed" : "");
  for (const auto& p : head.curve) {
    text += ' ' + glia::to_text(glia::Value{p.train_loss}) + ' ' +
            glia::to_text(glia::Value{p.test_loss}) + ' ' +
            glia::to_text(glia::Value{p.test_accuracy});
  }
  for (const auto& r : head.row_epochs) {
    for (const double g : r.gradient) text += ' ' + glia::to_text(glia::Value{g});
  }
  return text;
}

}  // namespace

TEST_CASE("what heads share is trained on the weighted sum of their losses") {
  const TempFolder before, after;
  toy::run(toy::with(shared(pair), "learning_rate = 1,", "learning_rate = 1e-30,"), before.path());
  toy::run(shared(pair), after.path());
  auto start = toy::tensors_of(before.path() / "pair.safetensors");
  const auto end = toy::tensors_of(after.path() / "pair.safetensors");
  REQUIRE(start.size() == 3);  // one trunk, not two

  const auto [x, labels] = toy::samples();
  const std::vector<std::string> names{"trunk.0.free.weight", "a.0.free.weight", "b.0.free.weight"};
  std::vector<at::Tensor> weights;
  for (const auto& name : names) weights.push_back(start.at(name).requires_grad_());
  const at::Tensor trunk = x.matmul(weights[0]).tanh(), targets = labels.unsqueeze(1);
  const auto loss = [&](const at::Tensor& w) {
    return -trunk.matmul(w).log_softmax(1).gather(1, targets).mean();
  };
  const auto gradients =
      torch::autograd::grad({loss(weights[1]) + 0.25 * loss(weights[2])}, weights);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const at::Tensor lost = start.at(names[i]).detach() - end.at(names[i]);
    CAPTURE(names[i], lost, gradients[i]);
    CHECK(gradients[i].abs().max().item<double>() > 1e-3);
    CHECK(lost.allclose(gradients[i], 1e-3, 1e-6));
  }
}

TEST_CASE("each head has results of its own, whatever the number of threads") {
  const TempFolder one, three;
  const auto text =
      shared(some_epochs, "record_rows = true\ndamage = { weight_noise = [0.5], draws = 2 }\n");
  const auto results = toy::run(text, one.path());
  const auto again = toy::run(text, three.path(), {}, 3);
  for (const char* id : {"first", "second"}) {
    const auto& head = results.heads.at(id);
    CHECK(head.parameters == 18 + 6);
    CHECK(head.curve.size() == 4);
    CHECK(head.curve.back().train_loss < head.curve.front().train_loss);
    CHECK(head.test_accuracy == head.curve.back().test_accuracy);
    CHECK(head.chance == 0.5);
    CHECK(head.confusion.at("test").size() == 2);
    CHECK(text_of(head) == text_of(again.heads.at(id)));
  }
  CHECK(results.heads.at("first").row_epochs.size() == 5);
  CHECK(results.heads.at("first").rows.size() == 4);
  CHECK(results.heads.at("first").damage.at(0).accuracies.size() == 2);
  CHECK(results.heads.at("second").row_epochs.empty());
  CHECK(results.stages.count("pair/train") == 1);
  CHECK(results.stages.count("first/train") == 0);
}

TEST_CASE("a training that is stopped anywhere goes on to the same bits") {
  const TempFolder whole;
  const auto text = shared(some_epochs, "record_rows = true\n");
  const auto straight = toy::run(text, whole.path());
  for (const int asked : {1, 3, 7, 12}) {
    const TempFolder parts;
    std::atomic<int> left{asked};
    const auto stopped = toy::run(text, parts.path(), [&] { return --left < 0; });
    CHECK(stopped.status == "interrupted");
    const auto resumed = toy::run(text, parts.path());
    CHECK(resumed.status == "ok");
    for (const char* id : {"first", "second"}) {
      CHECK(text_of(resumed.heads.at(id)) == text_of(straight.heads.at(id)));
    }
    CHECK(glia::read_file(parts.path() / "pair.safetensors") ==
          glia::read_file(whole.path() / "pair.safetensors"));
    // And once more: nothing is left to do.
    const auto done = toy::run(text, parts.path());
    CHECK(done.stages.at("pair/train").reused);
    CHECK(text_of(done.heads.at("first")) == text_of(straight.heads.at("first")));
  }
}

TEST_CASE("a head that no training names trains alone, with copies of its own") {
  const TempFolder folder, alone;
  const std::string third =
      "[head.third]\nplugin = \"plain\"\ninput = \"a\"\ntrain = { epochs = 2 }\n";
  const auto results = toy::run(shared(some_epochs + third), folder.path());
  const auto by_itself = toy::run(shared(third, "train = { epochs = 1 }\n"), alone.path());
  CHECK(text_of(results.heads.at("third")) == text_of(by_itself.heads.at("third")));
  CHECK(toy::tensors_of(folder.path() / "third.safetensors").count("trunk.0.free.weight") == 1);
}

TEST_CASE("mistakes in trainings are found where they are written") {
  const auto training = [](const std::string& lines) {
    return errors(shared("[training.pair]\n" + lines));
  };
  CHECK(training("heads = [\"first\", \"secnd\"]\n") ==
        "FILE:23:19: error: there is no head 'secnd'\n"
        "  hint: did you mean 'second'?");
  CHECK(training("heads = [\"first\", \"trunk\"]\n") ==
        "FILE:23:19: error: 'trunk' is a network; a training trains a head");
  CHECK(training("heads = []\n") ==
        "FILE:22:11: error: the list 'heads' of training 'pair' is empty\n"
        "  hint: a training trains a head");
  CHECK(training("heads = [\"first\", \"first\"]\n") ==
        "FILE:23:19: error: 'first' stands twice in 'heads' of training 'pair'\n"
        "  hint: name it once");
  CHECK(training("heads = [\"first\", \"second\"]\nweights = [1]\n") ==
        "FILE:22:11: error: weights needs one number for each of 'heads'");
  CHECK(training("heads = [\"first\"]\n[training.other]\nheads = [\"first\", \"second\"]\n") ==
        "FILE:25:10: error: 'first' is trained by training 'pair' already\n"
        "  hint: that is at FILE:23:10");
  CHECK(errors(shared(some_epochs, "train = { epochs = 3 }\n")) ==
        "FILE:19:1: error: 'train' has no effect in 'head.first': it is trained by training "
        "'pair'\n"
        "  hint: write it in [training.pair]");
  CHECK(training("heds = [\"first\"]\n").find("did you mean 'heads'?") != std::string::npos);
  CHECK(training("heads = [\"first\", \"second\"]\ntrain = { epochs = 0 }\n")
            .find("epochs must be at least 1") != std::string::npos);
}

TEST_CASE("heads on different encoders cannot be trained together") {
  const auto text = toy::with(shared(some_epochs), "[network.b]\ninput = \"trunk\"",
                              "[encoder.ear]\nplugin = \"same\"\ninput = \"dots\"\n"
                              "[network.b]\ninput = \"ear\"");
  CHECK(errors(text).find("the paths to head 'second' begin at two encoders, 'eye' and 'ear'") !=
        std::string::npos);
}

TEST_CASE("a training is in the settings, the resolved file and the identity") {
  const auto pipeline = toy::load(shared(pair));
  const auto resolved = pipeline.resolved_toml();
  CHECK(resolved.find("[training.pair]\nheads = [\"first\", \"second\"]\nweights = [1.0, 0.25]") !=
        std::string::npos);
  CHECK(toy::load(resolved).resolved_toml() == resolved);
  std::string paths;
  for (const auto& setting : pipeline.settings) paths += setting.path + '\n';
  CHECK(paths.find("training.pair.train.epochs\n") != std::string::npos);
  CHECK(paths.find("head.first.train.") == std::string::npos);  // it would have no effect
  const auto key = [](const std::string& text) { return toy::key_of(text, "pair/train"); };
  CHECK(key(shared(pair)) != "");
  CHECK(key(resolved) == key(shared(pair)));
  CHECK(key(shared(pair)) != key(toy::with(shared(pair), "0.25", "0.5")));
  CHECK(key(shared(pair)) != key(toy::with(shared(pair), "epochs = 1", "epochs = 2")));
}

TEST_CASE("what is trained together is drawn once, and copies are drawn as copies") {
  const auto together = toy::mermaid(shared(some_epochs));
  CHECK(together.find("subgraph node_pair[\"training pair, together\"]") != std::string::npos);
  CHECK(together.find("node_trunk[\"network trunk<br>free") != std::string::npos);
  const auto alone = toy::mermaid(shared(""));
  CHECK(alone.find("node_trunk__of__first[\"network trunk<br>copy of head first<br>") !=
        std::string::npos);
  CHECK(alone.find("node_trunk__of__second -->|\"B × 3 cells\"| node_b\n") != std::string::npos);
  CHECK(alone.find("node_a[\"network a<br>free") != std::string::npos);
}
