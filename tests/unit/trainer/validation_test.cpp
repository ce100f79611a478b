// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "train/samples.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <set>

using namespace glia;

namespace {

/// Sample i of the training part is the number i, of the test part -i.
class Numbers final : public Dataset {
 public:
  SampleSpec spec() const override { return {.shape = {1}, .classes = 2}; }
  void open() override {}
  std::int64_t size(Split split) const override {
    if (split == Split::validation) throw std::logic_error("a plugin is not asked for validation");
    return split == Split::train ? 50 : 20;
  }
  void read(Split split, std::span<const std::int64_t> indices, std::span<float> inputs,
            std::span<std::int64_t> labels, std::span<float>) const override {
    if (split == Split::validation) throw std::logic_error("a plugin is not asked for validation");
    for (std::size_t i = 0; i < indices.size(); ++i) {
      inputs[i] = static_cast<float>(split == Split::train ? indices[i] : -indices[i]);
      labels[i] = indices[i] % 2;
    }
  }
};

train::LoadedData numbers() {
  return {.id = "numbers", .dataset = std::make_shared<Numbers>(), .spec = Numbers().spec()};
}

std::vector<int> samples_in(const train::LoadedData& data, Split split) {
  const auto inputs =
      train::read_batch(data, split, at::arange(data.size(split), at::kLong)).inputs;
  std::vector<int> all;
  for (std::int64_t i = 0; i < inputs.size(0); ++i) {
    all.push_back(static_cast<int>(inputs.data_ptr<float>()[i]));
  }
  return all;
}

}  // namespace

TEST_CASE("training and validation samples are all of the plugin's training part, once") {
  for (const double kept : {0.1, 5.0}) {
    auto data = numbers();
    train::keep_for_validation(data, kept, 1);
    CHECK(data.size(Split::validation) == 5);
    CHECK(data.size(Split::train) == 45);
    CHECK(data.size(Split::test) == 20);
    auto all = samples_in(data, Split::train);
    const auto validation = samples_in(data, Split::validation);
    CHECK(std::is_sorted(all.begin(), all.end()));
    all.insert(all.end(), validation.begin(), validation.end());
    CHECK(std::set<int>(all.begin(), all.end()).size() == 50);
    CHECK(*std::min_element(all.begin(), all.end()) == 0);
    CHECK(samples_in(data, Split::test)[3] == -3);
  }
}

TEST_CASE("which samples are kept follows from seed and id alone") {
  const auto kept = [](std::uint64_t seed, const std::string& id) {
    auto data = numbers();
    data.id = id;
    train::keep_for_validation(data, 0.2, seed);
    return data.validation;
  };
  CHECK(kept(1, "a") == kept(1, "a"));
  CHECK(kept(1, "a") != kept(2, "a"));
  CHECK(kept(1, "a") != kept(1, "b"));
}

TEST_CASE("without a validation split nothing changes") {
  const auto data = numbers();
  CHECK(data.size(Split::validation) == 0);
  CHECK(samples_in(data, Split::train)[49] == 49);
}

TEST_CASE("what leaves nothing to train on, or nothing to validate, is refused") {
  for (const double kept : {50.0, 0.001, 1000.0}) {
    auto data = numbers();
    CHECK_THROWS_AS(train::keep_for_validation(data, kept, 1), Error);
  }
}
