// SPDX-License-Identifier: MIT
// Training samples that are changed anew in every epoch, and nobody else's.
#include "graph/augmentation.hpp"

#include "toy_parts.hpp"

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <set>
#include <utility>

using namespace glia;

namespace {

using toy::errors;
using Row = std::vector<float>;

const std::string trained =
    "train = { epochs = 3, batch_size = 7, learning_rate = 0.1, optimizer = \"sgd\" }\n";

/// dots -> eye -> answer, with a chain and what else the data set's table says.
std::string augmented(const std::string& chain, const std::string& head = "classes",
                      const std::string& train = trained, const std::string& more = {}) {
  return "[dataset.dots]\nplugin = \"dots\"\n" + more + "augment = [" + chain +
         "]\n[encoder.eye]\nplugin = \"same\"\ninput = \"dots\"\n[network.net]\ninput = \"eye\"\n"
         "narrow_to = 2\npattern = [{ wave = \"narrow\" }]\n[head.answer]\nplugin = \"" +
         head + "\"\ninput = \"net\"\n" + train;
}

const std::string all_three =
    "{ augmentation = \"shift\", most = 1 }, { augmentation = \"flip\" }, "
    "{ augmentation = \"noise\", deviation = 0.5, low = 0, high = 1 }";

/// A change of samples of this shape, made by the file's own words.
graph::Change change(const std::string& step, std::vector<std::int64_t> shape) {
  const auto spec = toy::load(augmented(step)).spec;
  return graph::make_change(spec.datasets[0].augment.at(0), {.shape = std::move(shape)});
}

/// What becomes of a row, over many draws.
std::set<Row> outcomes(const std::string& step, std::vector<std::int64_t> shape, const Row& row) {
  const auto make = change(step, std::move(shape));
  std::set<Row> all;
  for (std::uint64_t i = 0; i < 400; ++i) {
    RandomStream random(5, "here", i);
    Row one = row;
    make(one, random);
    all.insert(one);
  }
  return all;
}

/// An encoder that writes down what it is shown.
struct Seen {
  std::mutex mutex;
  std::vector<Row> rows;
};
Seen seen;

class Spy final : public Encoder {
 public:
  explicit Spy(toy::Nothing) {}
  std::int64_t out_width(const SampleSpec& in) const override { return in.features(); }
  void build(const SampleSpec&, ParameterSet&) override {}
  Latent encode(const at::Tensor& inputs) const override {
    const std::lock_guard lock(seen.mutex);
    const float* from = inputs.data_ptr<float>();
    for (std::int64_t i = 0; i < inputs.size(0); ++i, from += inputs.size(1)) {
      seen.rows.emplace_back(from, from + inputs.size(1));
    }
    return {inputs, {}};
  }
};

/// One that learns to leave its inputs as they are, and takes them from 0 to 1.
class Linear final : public Encoder {
 public:
  explicit Linear(toy::Nothing) {}
  std::int64_t out_width(const SampleSpec& in) const override { return in.features(); }
  void build(const SampleSpec& in, ParameterSet& parameters) override {
    weight_ = parameters.add("weight", {in.features(), in.features()}, Init::uniform(0.1));
  }
  Latent encode(const at::Tensor& inputs) const override { return {inputs.matmul(weight_), {}}; }
  bool trainable() const override { return true; }
  at::Tensor loss(const at::Tensor& inputs, RandomStream&) const override {
    return (inputs.matmul(weight_) - inputs).square().sum();
  }
  std::optional<InputRange> input_range() const override { return InputRange{0, 1}; }

 private:
  at::Tensor weight_;
};

const Catalog& with_linear() {
  static const toy::Parts& catalog = []() -> const toy::Parts& {
    static toy::Parts all;
    all.add(encoder<Linear>("linear", toy::nothing, "Learns to do nothing."));
    return all;
  }();
  return catalog;
}

/// The same behind an encoder that is trained for as many epochs.
std::string learnt(const std::string& chain, const std::string& mode) {
  auto text = augmented(chain);
  text.replace(text.find("\"same\""), 6,
               "\"linear\"\nmode = \"" + mode + "\"\n" + trained.substr(0, trained.size() - 1));
  return text;
}

std::vector<Row> samples_of(Split split) {
  const toy::DotsConfig config;
  Row numbers(static_cast<std::size_t>(config.samples * 6));
  std::vector<std::int64_t> labels(static_cast<std::size_t>(config.samples)), indices(labels);
  std::iota(indices.begin(), indices.end(), 0);
  toy::Dots(config).read(split, indices, numbers, labels, {});
  std::vector<Row> rows;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    rows.emplace_back(numbers.begin() + static_cast<std::ptrdiff_t>(6 * i),
                      numbers.begin() + static_cast<std::ptrdiff_t>(6 * i + 6));
  }
  return rows;
}

/// Bits of what was trained.
std::vector<Row> weights(const std::filesystem::path& folder, const std::string& node = "answer") {
  std::vector<Row> all;
  for (const auto& [name, tensor] :
       train::load_safetensors(folder / (node + ".safetensors")).tensors) {
    const at::Tensor flat = tensor.to(at::kFloat).contiguous();
    all.emplace_back(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
  }
  return all;
}

}  // namespace

TEST_CASE("shift moves by whole pixels, each way as far as it may") {
  const auto row = outcomes("{ augmentation = \"shift\", most = 1, fill = 9 }", {4}, {1, 2, 3, 4});
  CHECK(row == std::set<Row>{{1, 2, 3, 4}, {9, 1, 2, 3}, {2, 3, 4, 9}});
  const auto sheet = outcomes("{ augmentation = \"shift\", most = 1 }", {2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(sheet.size() == 9);
  CHECK(sheet.contains({0, 0, 0, 0, 1, 2}));  // down and right
  CHECK(sheet.contains({5, 6, 0, 0, 0, 0}));  // up and left
}

TEST_CASE("flip mirrors with its probability, along its axis") {
  const Row row{1, 2, 3, 4, 5, 6};
  CHECK(outcomes("{ augmentation = \"flip\" }", {2, 3}, row) ==
        std::set<Row>{row, {3, 2, 1, 6, 5, 4}});
  CHECK(outcomes("{ augmentation = \"flip\", axis = \"vertical\", probability = 1 }", {2, 3},
                 row) == std::set<Row>{{4, 5, 6, 1, 2, 3}});
  CHECK(outcomes("{ augmentation = \"flip\", probability = 0 }", {2, 3}, row) ==
        std::set<Row>{row});
}

TEST_CASE("noise has its deviation, and stays within its bounds") {
  const auto free = change("{ augmentation = \"noise\", deviation = 0.5 }", {1000});
  Row row(1000, 2.0f);
  RandomStream random(5, "here", 1);
  free(row, random);
  double sum = 0, squares = 0;
  for (const float x : row) sum += x - 2, squares += (x - 2) * (x - 2);
  CHECK(std::abs(sum / 1000) < 0.07);
  CHECK(std::sqrt(squares / 1000) == Approx(0.5).epsilon(0.1));
  const auto bounded =
      change("{ augmentation = \"noise\", deviation = 5, low = 0, high = 1 }", {9});
  Row pixels(9, 0.5f);
  bounded(pixels, random);
  CHECK(std::all_of(pixels.begin(), pixels.end(), [](float x) { return x >= 0 && x <= 1; }));
  CHECK(std::find(pixels.begin(), pixels.end(), 0.0f) != pixels.end());
}

TEST_CASE("a sample's draws follow from seed, epoch and its number, whoever stands beside it") {
  const auto spec = toy::load(augmented(all_three)).spec;
  const graph::Augmenter augmenter(spec.datasets[0], {.shape = {2, 3}});
  const auto apply = [&](std::uint64_t seed, std::int64_t epoch,
                         std::vector<std::int64_t> numbers) {
    Row rows(numbers.size() * 6, 0.5f);
    augmenter.apply(seed, epoch, numbers, rows);
    return rows;
  };
  const Row three = apply(1, 2, {4, 30, 7});
  CHECK(Row(three.begin() + 6, three.begin() + 12) == apply(1, 2, {30}));
  CHECK(Row(three.begin() + 12, three.end()) == apply(1, 2, {7}));
  CHECK(apply(1, 2, {4}) != apply(1, 2, {7}));
  CHECK(apply(1, 2, {4}) != apply(1, 3, {4}));
  CHECK(apply(1, 2, {4}) != apply(2, 2, {4}));
}

TEST_CASE("an epoch trains on the samples as they are augmented in it") {
  const std::string step =
      "train = { epochs = 2, batch_size = 40, learning_rate = 0.5, optimizer = \"sgd\", shuffle = "
      "false }\n";
  const auto text = augmented(all_three, "plain", step);
  const TempFolder start, end;
  auto still = text;
  still.replace(still.find("learning_rate = 0.5"), 19, "learning_rate = 1e-30");
  toy::run(still, start.path());
  toy::run(text, end.path());
  // By hand: two steps down the gradient, each on samples of its own.
  const auto spec = toy::load(text).spec;
  const graph::Augmenter augmenter(spec.datasets[0], {.shape = {2, 3}});
  const auto labels = toy::samples().second;
  std::vector<std::int64_t> all(40);
  std::iota(all.begin(), all.end(), 0);
  const auto before = toy::tensors_of(start.path() / "answer.safetensors");
  const auto after = toy::tensors_of(end.path() / "answer.safetensors");
  std::vector<at::Tensor> w;
  for (const auto& [name, tensor] : before) w.push_back(tensor.clone());
  REQUIRE(w.size() == 8);
  for (std::int64_t epoch = 0; epoch < 2; ++epoch) {
    at::Tensor x = toy::samples().first.to(at::kFloat);
    augmenter.apply(spec.seed, epoch, all, {x.data_ptr<float>(), 240});
    at::Tensor row = x.to(at::kDouble);
    for (auto& each : w) each = each.detach().requires_grad_();
    for (std::size_t i = 0; i < w.size();
         i += 2) {  // bias, weight of a layer; cell j hears j, j + 1
      const at::Tensor taps = w[i + 1].reshape({-1, 2});
      const std::int64_t out = taps.size(0);
      row = row.narrow(1, 0, out) * taps.select(1, 0) + row.narrow(1, 1, out) * taps.select(1, 1) +
            w[i].reshape({out});
    }
    const at::Tensor loss = -row.log_softmax(1).gather(1, labels.unsqueeze(1)).mean();
    const auto gradients = torch::autograd::grad({loss}, w);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] = w[i].detach() - 0.5 * gradients[i];
  }
  std::size_t i = 0;
  for (const auto& [name, tensor] : after) {
    CAPTURE(name, tensor, w[i], before.at(name));
    CHECK((tensor - before.at(name)).abs().max().item<double>() > 1e-4);
    CHECK(tensor.allclose(w[i++], 1e-4, 1e-6));
  }
}

TEST_CASE("the same numbers on any threads, by engine and autograd, and after a stop") {
  const TempFolder one, two, three, plain, counted, stopped, none;
  const auto text = augmented(all_three);
  const auto engine = toy::run(text, one.path(), {}, 1).heads.at("answer");
  toy::run(text, two.path(), {}, 2);
  toy::run(text, three.path(), {}, 3);
  CHECK(weights(one.path()) == weights(two.path()));
  CHECK(weights(one.path()) == weights(three.path()));
  const auto autograd = toy::run(augmented(all_three, "plain"), plain.path()).heads.at("answer");
  for (std::size_t e = 0; e < 3; ++e) {
    CHECK(engine.curve.at(e).train_loss == Approx(autograd.curve.at(e).train_loss).epsilon(1e-5));
    CHECK(engine.curve.at(e).test_loss == Approx(autograd.curve.at(e).test_loss).epsilon(1e-5));
  }
  int asked = 0, all = 0;  // stops half way
  toy::run(text, counted.path(), [&] { return ++all < 0; });
  const auto first = toy::run(text, stopped.path(), [&] { return ++asked > all / 2; });
  CHECK(first.status == "interrupted");
  CHECK(toy::run(text, stopped.path()).status == "ok");
  CHECK(weights(one.path()) == weights(stopped.path()));
  toy::run(augmented(""), none.path());
  CHECK(weights(one.path()) != weights(none.path()));
}

TEST_CASE("encoders learn from augmented samples, before their heads and with them") {
  for (const std::string mode : {"pretrained", "joint"}) {
    INFO(mode);
    const TempFolder one, three, stopped, none, counted;
    const auto text = learnt(all_three, mode);
    toy::run(text, one.path(), {}, 1, with_linear());
    toy::run(text, three.path(), {}, 3, with_linear());
    toy::run(learnt("", mode), none.path(), {}, 1, with_linear());
    int asked = 0, all = 0;
    toy::run(
        text, counted.path(), [&] { return ++all < 0; }, 1, with_linear());
    toy::run(
        text, stopped.path(), [&] { return ++asked > all / 2; }, 1, with_linear());
    CHECK(toy::run(text, stopped.path(), {}, 1, with_linear()).status == "ok");
    for (const std::string node : {"eye", "answer"}) {
      INFO(node);
      CHECK(weights(one.path(), node) == weights(three.path(), node));
      CHECK(weights(one.path(), node) == weights(stopped.path(), node));
      CHECK(weights(one.path(), node) != weights(none.path(), node));
    }
  }
  const auto key = [](const std::string& text) {
    return toy::key_of(text, "eye/train", with_linear());
  };
  CHECK(key(learnt(all_three, "pretrained")) != key(learnt("", "pretrained")));
  CHECK(key(learnt(all_three, "joint")) != key(learnt("", "joint")));
}

TEST_CASE("augmentation that leads out of what an encoder takes says what to do") {
  const TempFolder folder;
  std::string said;
  try {
    toy::run(learnt("{ augmentation = \"noise\", deviation = 3 }", "pretrained"), folder.path(), {},
             1, with_linear());
  } catch (const Error& e) {
    said = e.what();
  }
  CHECK(said.find("once it is augmented; the encoder takes inputs in [0, 1]") != std::string::npos);
  CHECK(said.find("noise has low = 0 and high = 1") != std::string::npos);
}

TEST_CASE("validation and test samples are never augmented") {
  toy::Parts catalog;
  catalog.add(encoder<Spy>("spy", toy::nothing, "Writes down what it sees."));
  for (const std::string head : {"classes", "plain"}) {
    seen.rows.clear();
    auto text = augmented(all_three, head, trained, "validation = 10\n");
    text.replace(text.find("\"same\""), 6, "\"spy\"");
    const TempFolder folder;
    toy::run(text, folder.path(), {}, 2, catalog);
    const auto train = samples_of(Split::train), test = samples_of(Split::test);
    const auto times = [&](const Row& row) {
      return std::count(seen.rows.begin(), seen.rows.end(), row);
    };
    // As they are: each once, when all splits are encoded. Three epochs of 30 are something else.
    CHECK(seen.rows.size() == 40 + 40 + 3 * 30);
    for (const auto& row : test) CHECK(times(row) == 1);
    for (const auto& row : train) CHECK(times(row) == 1);
  }
}

TEST_CASE("what was trained on augmented samples has a key of its own") {
  const std::string flip = "{ augmentation = \"flip\" }", more = "{ augmentation = \"noise\" }";
  std::set<std::string> keys;
  for (const auto& chain : {std::string(), flip, more, flip + ", " + more, more + ", " + flip,
                            std::string("{ augmentation = \"noise\", deviation = 0.2 }")}) {
    keys.insert(toy::key_of(augmented(chain), "answer/train"));
  }
  CHECK(keys.size() == 6);
  CHECK(toy::key_of(augmented(flip), "eye/encode") == toy::key_of(augmented(""), "eye/encode"));
}

TEST_CASE("mistakes in a chain are found at their places") {
  CHECK(errors(augmented("{ augmentation = \"shfit\" }")).find("did you mean 'shift'?") !=
        std::string::npos);
  const auto lost = errors(augmented("{ augmentation = \"flip\", most = 2 }"));
  CHECK(lost.find("FILE:3:") == 0);
  CHECK(lost.find("'most' is a setting of augmentation 'shift', and this one is 'flip'") !=
        std::string::npos);
  CHECK(errors(augmented("{ most = 2 }")).find("lacks the required key 'augmentation'") !=
        std::string::npos);
  CHECK(errors(augmented("\"flip\"")).find("a step of 'dataset.dots.augment' must be a table") !=
        std::string::npos);
  CHECK(errors(augmented("{ augmentation = \"noise\", low = 1, high = 0 }"))
            .find("low must lie below high") != std::string::npos);
  const auto far = errors(augmented("{ augmentation = \"shift\", most = 2 }"));
  CHECK(far.find("FILE:3:") == 0);
  CHECK(far.find("most = 2 would move samples of 2 x 3 out of sight") != std::string::npos);
  CHECK(errors(augmented("{ augmentation = \"shift\", fill = nan }")).find("FILE:3:") == 0);
  CHECK(errors(augmented(all_three)).empty());
}
