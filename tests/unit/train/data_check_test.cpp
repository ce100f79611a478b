// SPDX-License-Identifier: MIT
#include "train/data_check.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "temp_folder.hpp"
#include "train/latents.hpp"
#include "train/tensor_digest.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

using Catch::Matchers::Contains;
using namespace glia;
using namespace glia::train;

namespace {

struct AnyEncoder : Encoder {
  std::optional<InputRange> range{};
  std::int64_t out_width(const SampleSpec&) const override { return 2; }
  void build(const SampleSpec&, ParameterSet&) override {}
  Latent encode(const at::Tensor& inputs) const override { return {inputs, {}}; }
  std::optional<InputRange> input_range() const override { return range; }
};

void check(const Batch& batch, std::int64_t classes, std::optional<InputRange> range = {},
           bool divisible = false) {
  AnyEncoder encoder;
  encoder.range = range;
  LoadedData data{"mine", nullptr, {{batch.inputs.size(1)}, classes, classes ? 0 : 1}};
  const auto indices = at::arange(100, 100 + batch.inputs.size(0), at::kLong);
  check_batch(data, Split::train, indices, batch, encoder, divisible);
}

at::Tensor labels(std::vector<std::int64_t> all) { return at::tensor(all, at::kLong); }

Encoded two_splits() {
  Encoded encoded;
  for (EncodedSplit* split : {&encoded.train, &encoded.test}) {
    split->mean = at::zeros({4, 3}, at::kFloat);
    split->deviation = at::ones({4, 3}, at::kFloat);
    split->targets = labels({0, 1, 1, 0});
  }
  return encoded;
}

}  // namespace

TEST_CASE("Labels that are none of the classes are named, whatever a plugin says") {
  const at::Tensor inputs = at::zeros({3, 2}, at::kFloat);
  CHECK_NOTHROW(check({inputs, labels({0, 1, 1})}, 2));
  for (const std::int64_t bad :
       {std::int64_t{2}, std::int64_t{-1}, std::int64_t{4294967297},
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    CHECK_THROWS_WITH(
        check({inputs, labels({0, 1, bad})}, 2),
        Contains("data set 'mine': training sample 102 has label " + std::to_string(bad) +
                 ", but with 2 classes labels are 0 "
                 "to 1"));
  }
}

TEST_CASE("Inputs and values that are not finite are named") {
  for (const float bad : {std::nanf(""), HUGE_VALF, -HUGE_VALF}) {
    for (const std::int64_t at : {0, 17, 33, 57}) {  // in whole vectors, and behind them
      at::Tensor inputs = at::zeros({29, 2}, at::kFloat);
      inputs.view(-1)[at] = bad;
      CHECK_THROWS_WITH(
          check({inputs, at::zeros({29, 1}, at::kFloat)}, 0),
          Contains("sample " + std::to_string(100 + at / 2) + " has an input that is "));
    }
    at::Tensor values = at::zeros({3, 1}, at::kFloat);
    values[2][0] = bad;
    CHECK_THROWS_WITH(check({at::zeros({3, 2}, at::kFloat), values}, 0),
                      Contains("training sample 102 has a target that is "));
  }
}

TEST_CASE("Inputs outside of what an encoder takes are refused, and bytes are called so") {
  const InputRange unit{0, 1};
  at::Tensor bytes = at::zeros({2, 3}, at::kFloat);
  CHECK_NOTHROW(check({bytes, labels({0, 0})}, 1, unit));
  bytes[1][2] = 253;
  CHECK_NOTHROW(check({bytes, labels({0, 0})}, 1));
  CHECK_THROWS_WITH(check({bytes, labels({0, 0})}, 1, unit, true),
                    Contains("the encoder takes inputs in [0, 1], but training sample 101 "
                             "of data set 'mine' has an input of 253") &&
                        Contains("divide_by = 255"));
  bytes[0][0] = -0.5;
  CHECK_THROWS_WITH(check({bytes, labels({0, 0})}, 1, unit, true),
                    Contains("has an input of -0.5") && Contains("scale the inputs to [0, 1]"));
}

TEST_CASE("Latents that are not what the data set says are refused") {
  const SampleSpec spec{{5}, 2, 0, {}};
  const auto refused = [&](const std::function<void(Encoded&)>& change, const std::string& what) {
    Encoded encoded = two_splits();
    change(encoded);
    CHECK_THROWS_WITH(check_latents(encoded, {spec, 3, false}, "F"), Contains(what));
  };
  CHECK_NOTHROW(check_latents(two_splits(), {spec, 3, false}, "F"));
  refused([](Encoded& e) { e.test.targets[3] = 2; }, "the test split hold the label 2");
  refused([](Encoded& e) { e.train.targets[0] = -1; }, "the training split hold the label -1");
  refused([](Encoded& e) { e.train.targets = labels({0, 1, 1}); }, "wrong type or shape");
  refused([](Encoded& e) { e.train.targets = e.train.targets.to(at::kInt); },
          "wrong type or shape");
  refused([](Encoded& e) { e.train.mean = e.train.mean.to(at::kDouble); }, "wrong type or shape");
  refused([](Encoded& e) { e.test.mean = at::zeros({4, 2}, at::kFloat); }, "wrong type or shape");
  refused(
      [](Encoded& e) {
        e.test.deviation = at::zeros({3, 3}, at::kFloat);
      },
      "wrong type or shape");
  refused([](Encoded& e) { e.train.mean[1][1] = HUGE_VALF; }, "NaN or infinite");
  refused([](Encoded& e) { e.test.deviation = at::Tensor(); }, "only one of the splits");
  Encoded joint = two_splits();
  CHECK_THROWS_AS(check_latents(joint, {spec, 3, true}, "F"), Error);
}

TEST_CASE("An encoder that makes rows of another shape than it says is told so") {
  CHECK_NOTHROW(check_code({at::zeros({4, 3}, at::kFloat), {}}, 4, 3));
  CHECK_THROWS_AS(check_code({at::zeros({4, 1}, at::kFloat), {}}, 4, 3), Error);
  CHECK_THROWS_AS(check_code({at::zeros({1, 3}, at::kFloat), {}}, 4, 3), Error);
  CHECK_THROWS_AS(check_code({at::zeros({4, 3}, at::kDouble), {}}, 4, 3), Error);
  CHECK_THROWS_AS(check_code({{}, {}}, 4, 3), Error);
  CHECK_THROWS_AS(check_code({at::zeros({4, 3}, at::kFloat), at::zeros({4, 1}, at::kFloat)}, 4, 3),
                  Error);
}

TEST_CASE("A digest tells every flipped bit of tensors and metadata") {
  const TempFolder folder;
  const NamedTensors tensors{{"a", at::arange(6, at::kFloat).reshape({2, 3})},
                             {"b", at::arange(3, at::kLong)}};
  std::map<std::string, std::string> metadata{{"state", "{\"epoch\":3}"}, {"key", "abc"}};
  metadata[digest_key] = digest_of(tensors, metadata);
  const auto path = folder / "c.safetensors";
  save_safetensors(path, tensors, metadata);
  CHECK_NOTHROW(check_digest(load_safetensors(path), path, Digest::required));
  const std::string whole = read_file(path);
  int told = 0;
  for (std::size_t i = 8; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    write_file(path, damaged);
    try {
      check_digest(load_safetensors(path), path, Digest::required);
      INFO("byte " << i << " of '" << whole.substr(8, 300) << "'");
      CHECK(whole[i] == ' ');  // padding of the header is no content
    } catch (const Error&) {
      ++told;
    }
  }
  CHECK(told > 100);
  metadata.erase(digest_key);
  save_safetensors(path, tensors, metadata);
  CHECK_NOTHROW(check_digest(load_safetensors(path), path, Digest::if_there));
  CHECK_THROWS_WITH(check_digest(load_safetensors(path), path, Digest::required),
                    Contains("has no digest"));
}
